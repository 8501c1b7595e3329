/*
 * Which functions merely pass on a request for memory: of interest is who
 * called them.
 */
#include "config.h"

#include <string.h>

#include "report/np_symbols.h"

/* the whole name, in front of its parameters */
static const char *const np_wrapper_names[] = {
    "malloc",
    "calloc",
    "realloc",
    "reallocarray",
    "memalign",
    "aligned_alloc",
    "posix_memalign",
    "valloc",
    "pvalloc",
    "strdup",
    "__strdup",
    "strndup",
    "__strndup",
    "wcsdup",
    "asprintf",
    "vasprintf",
    "__asprintf",
    "__vasprintf_internal",
    "operator new",
    "operator new[]",
    "g_new",
    "g_new0",
    "g_strdup",
    "g_strndup",
    "g_strdup_printf",
    "g_strdup_vprintf",
    "g_memdup",
    "g_memdup2",
    "g_array_maybe_expand",
    "xmemdup",
    "xstrdup",
    "xstrndup",
    "xasprintf",
    "x2realloc",
    "x2nrealloc",
    "ximalloc",
    "xzalloc",
    "xnmalloc",
    "xpalloc",
    "savestring",
    "apr_palloc",
    "apr_pcalloc",
    "ngx_alloc",
    "ngx_calloc",
    "ngx_memalign",
    "ngx_palloc",
    "ngx_pnalloc",
    "ngx_pcalloc",
    "ngx_pmemalign",
    "zmalloc",
    "zcalloc",
    "zrealloc",
    "ztrymalloc",
    "ztrymalloc_usable",
    "zmalloc_usable",
    "zcalloc_usable",
    "zrealloc_usable",
    "sdsnewlen",
    "_sdsnewlen",
    "sqlite3MemMalloc",
    "sqlite3MemRealloc",
    "sqlite3Malloc",
    "sqlite3Realloc",
    "sqlite3DbMallocRaw",
    "sqlite3DbMallocRawNN",
    "dbMallocRawFinish",
    "sqlite3_malloc",
    "sqlite3_malloc64",
    "mallocWithAlarm",
    "_PyMem_RawMalloc",
    "_PyMem_RawCalloc",
    "_PyMem_RawRealloc",
    "_PyObject_Malloc",
    "_PyObject_Realloc",
    "__rust_alloc",
    "__rust_alloc_zeroed",
    "__rust_realloc",
    "__rdl_alloc",
    "__rdl_alloc_zeroed",
    "__rdl_realloc",
    "CRYPTO_malloc",
    "CRYPTO_zalloc",
    "CRYPTO_realloc",
    "CRYPTO_strdup",
};

/* likewise, of memory that outlives the function that asked for it */
static const char *const np_wrapper_throws[] = {
    "__cxa_allocate_exception",
    "__cxa_allocate_dependent_exception",
};

/* how the name begins: families, and containers that allocate for others */
static const char *const np_wrapper_starts[] = {
    "std::",         "__gnu_cxx::",     "alloc::",         "core::",
    "hashbrown::",   "g_malloc",        "g_realloc",       "g_try_malloc",
    "g_try_realloc", "g_slice_",        "xmalloc",         "xcalloc",
    "xrealloc",      "PyMem_Malloc",    "PyMem_Calloc",    "PyMem_Realloc",
    "PyMem_Raw",     "PyObject_Malloc", "PyObject_Calloc", "PyObject_Realloc",
};

/* crates of Rust's own library */
static const char *const np_wrapper_crates[] = {
    "std::",
    "core::",
    "alloc::",
    "hashbrown::",
};


static int
np_wrapper_is_crate(const char *path)
{
    for (size_t i = 0;
         i < sizeof(np_wrapper_crates) / sizeof(np_wrapper_crates[0]); i++) {
        if (strncmp(path, np_wrapper_crates[i], strlen(np_wrapper_crates[i]))
            == 0) {
            return 1;
        }
    }
    return 0;
}


/* what is behind "&mut ", "[" and the like */
static const char *
np_wrapper_bare(const char *type)
{
    for (;;) {
        type += strspn(type, "&*[(");
        if (strncmp(type, "mut ", 4) != 0) {
            return type;
        }
        type += 4;
    }
}


/* "<TYPE as TRAIT>::f": who may write that is who owns the type or the trait.
 * It is Rust's own library if the trait is its, and the type is, too, or has
 * no crate, as u8, [T], T. */
static int
np_wrapper_is_rust(const char *name)
{
    const char *trait = strstr(name, " as "), *path;

    if (*name != '<') {
        return 0;
    }
    if (trait == NULL) {
        return np_wrapper_is_crate(np_wrapper_bare(name + 1));
    }
    path = strstr(name, "::");
    return np_wrapper_is_crate(trait + 4)
           && (path > trait || np_wrapper_is_crate(np_wrapper_bare(name + 1)));
}


static int
np_wrapper_is_one(const char *name, const char *const *of, size_t n)
{
    size_t length = strcspn(name, "(");

    for (size_t i = 0; i < n; i++) {
        if (strlen(of[i]) == length && strncmp(name, of[i], length) == 0) {
            return 1;
        }
    }
    return 0;
}


int
np_symbol_throws(const np_symbol_t *s)
{
    return s->known
           && np_wrapper_is_one(s->function, np_wrapper_throws,
                                sizeof(np_wrapper_throws)
                                    / sizeof(np_wrapper_throws[0]));
}


int
np_symbol_is_wrapper(const np_symbol_t *s)
{
    const char *name = s->function;

    if (!s->known) {
        return s->passes;
    }
    if (np_wrapper_is_one(name, np_wrapper_names,
                          sizeof(np_wrapper_names)
                              / sizeof(np_wrapper_names[0]))
        || np_symbol_throws(s) || np_wrapper_is_rust(name)) {
        return 1;
    }
    for (size_t i = 0;
         i < sizeof(np_wrapper_starts) / sizeof(np_wrapper_starts[0]); i++) {
        if (strncmp(name, np_wrapper_starts[i], strlen(np_wrapper_starts[i]))
            == 0) {
            return 1;
        }
    }
    return 0;
}
