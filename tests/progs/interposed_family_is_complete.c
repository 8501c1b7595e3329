/*
 * Every name of the malloc family comes from the same library as malloc, and
 * what any of them gives can be asked for its size, resized and freed.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <dlfcn.h>
#include <malloc.h>

static const char *const names[] = {
    "malloc",          "calloc",
    "realloc",         "free",
    "cfree",           "reallocarray",
    "memalign",        "aligned_alloc",
    "posix_memalign",  "valloc",
    "pvalloc",         "malloc_usable_size",
    "free_sized",      "free_aligned_sized",
    "mallinfo",        "mallinfo2",
    "mallopt",         "malloc_trim",
    "malloc_stats",    "malloc_info",
    "__libc_malloc",   "__libc_calloc",
    "__libc_realloc",  "__libc_free",
    "__libc_memalign", "__libc_valloc",
    "__libc_pvalloc",  "__posix_memalign",
    "__libc_mallinfo", "__libc_mallopt",
};

typedef void (*name_pt)(void);


/* NULL only for what this libc does not have, when nothing is preloaded */
static name_pt
find(const char *name)
{
    static void *base;
    name_pt      f = NULL;
    void        *m = dlsym(RTLD_DEFAULT, name);
    Dl_info      info;

    memcpy(&f, &m, sizeof(f));

    if (f == NULL) {
        if (np_keep_is_preloaded()) {
            dprintf(STDERR_FILENO, "%s is missing\n", name);
            _exit(1);
        }

        return NULL;
    }

    NP_NEED(dladdr(m, &info) != 0);
    base = base == NULL ? info.dli_fbase : base;

    if (info.dli_fbase != base) {
        dprintf(STDERR_FILENO, "%s is from %s\n", name, info.dli_fname);
        _exit(1);
    }

    return f;
}


/* one object in each way it can be given back */
static void
use(void *(*get)(void) )
{
    typedef void (*free_pt)(void *);
    typedef void (*free_sized_pt)(void *, size_t);
    typedef void (*free_aligned_sized_pt)(void *, size_t, size_t);
    void *m = get();

    NP_NEED(m != NULL && malloc_usable_size(m) >= 300);
    np_keep_fill(m, 300, 1);
    m = realloc(m, 3000);
    NP_NEED(m != NULL && np_keep_is_filled(m, 300, 1));
    free(m);

    if (np_keep_is_preloaded()) {
        ((free_pt) find("cfree"))(get());
        ((free_pt) find("__libc_free"))(get());
        ((free_sized_pt) find("free_sized"))(malloc(300), 300);
        ((free_aligned_sized_pt) find("free_aligned_sized"))(memalign(64, 300),
                                                             64, 300);
    }
}


#define GET(name, call)                                                       \
    static void *get_##name(void)                                             \
    {                                                                         \
        void *m = NULL;                                                       \
                                                                              \
        (void) m;                                                             \
        return call;                                                          \
    }

typedef void *(*one_pt)(size_t);
typedef void *(*two_pt)(size_t, size_t);
typedef void *(*resize_pt)(void *, size_t);
typedef int (*into_pt)(void **, size_t, size_t);

GET(malloc, malloc(300))
GET(calloc, calloc(3, 100))
GET(realloc, realloc(NULL, 300))
GET(reallocarray, reallocarray(NULL, 3, 100))
GET(memalign, memalign(64, 300))
GET(aligned_alloc, aligned_alloc(64, 300))
GET(posix_memalign, posix_memalign(&m, 64, 300) == 0 ? m : NULL)
GET(valloc, valloc(300))
GET(pvalloc, pvalloc(300))
GET(libc_malloc, ((one_pt) find("__libc_malloc"))(300))
GET(libc_calloc, ((two_pt) find("__libc_calloc"))(3, 100))
GET(libc_realloc, ((resize_pt) find("__libc_realloc"))(NULL, 300))
GET(libc_memalign, ((two_pt) find("__libc_memalign"))(64, 300))
GET(libc_valloc, ((one_pt) find("__libc_valloc"))(300))
GET(libc_pvalloc, ((one_pt) find("__libc_pvalloc"))(300))
GET(posix_memalign_2,
    ((into_pt) find("__posix_memalign"))(&m, 64, 300) == 0 ? m : NULL)


int
main(void)
{
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        find(names[i]);
    }

    use(get_malloc);
    use(get_calloc);
    use(get_realloc);
    use(get_reallocarray);
    use(get_memalign);
    use(get_aligned_alloc);
    use(get_posix_memalign);
    use(get_valloc);
    use(get_pvalloc);
    use(get_libc_malloc);
    use(get_libc_calloc);
    use(get_libc_realloc);
    use(get_libc_memalign);
    use(get_libc_valloc);
    use(get_libc_pvalloc);

    if (np_keep_is_preloaded()) {
        use(get_posix_memalign_2);
    }

    return 0;
}
