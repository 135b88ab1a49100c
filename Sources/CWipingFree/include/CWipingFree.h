#ifndef CWIPINGFREE_H
#define CWIPINGFREE_H

// A program that links this has a `free` and a `realloc` that overwrite what they give back, in place of the C library's:
// for itself and for every library it loads. So no copy of a contact that was freed stays in memory, whoever made it.
//
// There is nothing to call: it is linked, not imported. The C library can be told to do the same (`GLIBC_TUNABLES`), but by
// whoever starts the program, and only without its threads' caches, which costs 2 to 4 % of the decisions a second
// (script/bench.d).

#endif
