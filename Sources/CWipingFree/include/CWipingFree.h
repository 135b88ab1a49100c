#ifndef CWIPINGFREE_H
#define CWIPINGFREE_H

// A program that links this has a `free` and a `realloc` that overwrite what they give back, in place of the C library's:
// for itself and for every library it loads. So no contact outlives its use in memory, whoever copied it.
//
// There is nothing to call. The C library can be told to do the same (`GLIBC_TUNABLES`), but by whoever starts the
// program, and only without its threads' caches, at twice the time (script/bench).

#endif
