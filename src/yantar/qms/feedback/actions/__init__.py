"""Everything that changes what citizens say, and what is answered."""
