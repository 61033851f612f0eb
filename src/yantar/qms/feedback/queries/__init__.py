"""Reading what citizens say. Everything that is somebody's view takes the viewer; the public sees aggregates only."""
