"""Who and what comes in from outside: keys of programs, subjects of remarks, and the data of citizens, protected."""
