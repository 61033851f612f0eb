// Maps: one that shows the places of a list, one that a place is chosen on. Everything they say stands in the page.
(() => {
  "use strict";

  const ink = { radius: 9, weight: 2, color: "#7a4a00", fillColor: "#e09a1a", fillOpacity: 0.9 };

  const begin = (box) => {
    const [latitude, longitude, zoom] = box.dataset.centre.split(",").map(Number);
    const map = L.map(box, { scrollWheelZoom: false }).setView([latitude, longitude], zoom);
    const plain = document.createElement("span");
    plain.textContent = box.dataset.attribution;
    map.attributionControl.setPrefix(false);
    L.tileLayer(box.dataset.tiles, { maxZoom: 19, attribution: plain.innerHTML, referrerPolicy: "strict-origin-when-cross-origin" }).addTo(map);
    return map;
  };

  const show = (box) => {
    const map = begin(box);
    const points = [];
    for (const row of document.querySelectorAll("[data-place]")) {
      const point = [Number(row.dataset.lat), Number(row.dataset.long)];
      const text = document.createElement("div");
      text.textContent = (row.querySelector("td") || row).innerText;
      const mark = L.circleMarker(point, ink).addTo(map).bindPopup(text);
      mark.on("popupopen", () => row.classList.add("map-chosen"));
      mark.on("popupclose", () => row.classList.remove("map-chosen"));
      points.push(point);
    }
    if (points.length) map.fitBounds(points, { maxZoom: 15, padding: [30, 30] });
  };

  const choose = (box) => {
    const latitude = document.getElementById(box.dataset.latitude);
    const longitude = document.getElementById(box.dataset.longitude);
    const map = begin(box);
    let mark = null;
    const put = (point) => {
      if (mark) mark.setLatLng(point);
      else mark = L.circleMarker(point, ink).addTo(map);
    };
    const typed = () => {
      const point = [latitude, longitude].map((field) => (field.value.trim() ? Number(field.value.replace(",", ".")) : NaN));
      const known = point.every(Number.isFinite) && Math.abs(point[0]) <= 90 && Math.abs(point[1]) <= 180;
      if (known) { put(point); map.setView(point, Math.max(map.getZoom(), 15)); }
    };
    map.on("click", (event) => {
      const point = event.latlng.wrap();
      latitude.value = point.lat.toFixed(6);
      longitude.value = point.lng.toFixed(6);
      put(point);
    });
    for (const field of [latitude, longitude]) field.addEventListener("change", typed);
    typed();
  };

  const start = () => {
    for (const box of document.querySelectorAll("[data-map]")) (box.dataset.map === "choose" ? choose : show)(box);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
