#ifndef NP_ELF_H
#define NP_ELF_H

/*
 * What an executable file is, as far as it decides whether a library can be
 * preloaded into it.  Read with libelf; the file may be damaged or hostile.
 * One thread.
 */

#include <limits.h>

/* an allocator that the file brings, and that calls may go to */
typedef enum {
    NP_ELF_MALLOC_NONE = 0,
    NP_ELF_MALLOC_EXPORTED, /* `malloc` itself: it comes before any preload */
    NP_ELF_MALLOC_INSIDE,   /* `malloc`, for the file's own calls */
    NP_ELF_MALLOC_GO,       /* Go's runtime */
    NP_ELF_MALLOC_JEMALLOC, /* under a prefix, as Rust programs have it */
    NP_ELF_MALLOC_MIMALLOC,
    NP_ELF_MALLOC_SANITIZER /* AddressSanitizer or one of its sisters */
} np_elf_malloc_e;

typedef struct {
    int             is_elf; /* 0: all below is unknown */
    int             bits;   /* 32 or 64 */
    int             big_endian;
    int             machine; /* EM_... */
    int             dynamic; /* it has a dynamic section */
    int             pie;     /* and is a program, position independent */
    int             loader;  /* it is a dynamic linker, by its soname */
    char            interpreter[PATH_MAX]; /* "": none */
    np_elf_malloc_e own;
} np_elf_t;

/* -1: it cannot be opened, errno says why.  A file that is not ELF, or is
 * damaged, is not an error: is_elf. */
int np_elf_read(np_elf_t *e, const char *path);

/* "x86-64", or "machine 1234" in buf */
const char *np_elf_machine(int machine, char buf[32]);

#endif
