/*
 * With NGXPOOL_DEEPBIND=keep a module that is opened with RTLD_DEEPBIND has
 * libc's malloc, and the program can free, resize and ask about what it
 * allocated: libc does that.
 *
 * expect: exit 0
 * expect: says ""foreign_frees": 8, "foreign_given": 16, "foreign_left": 0"
 * env: NGXPOOL_DEEPBIND=keep NGXPOOL_REPORT_FORMAT=json
 * report: stderr
 * only: libngxpool
 */

#include "module.h"

#include <malloc.h>


int
main(void)
{
    static const size_t sizes[] = {1, 24, 500, 4095, 30000, 400000, 3 << 20};
    void               *handle, *m;
    void *(*make)(size_t);
    void *(*mallocs)(void);
    char *(*line)(const char *);
    size_t i, n;
    char  *s;

    handle = np_module_open("module_bound.so", RTLD_NOW | RTLD_DEEPBIND);
    m = np_module_symbol(handle, "module_make");
    memcpy(&make, &m, sizeof(make));
    m = np_module_symbol(handle, "module_malloc");
    memcpy(&mallocs, &m, sizeof(mallocs));
    m = np_module_symbol(handle, "module_line");
    memcpy(&line, &m, sizeof(line));
    NP_NEED(mallocs() != (void *) malloc);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        n = sizes[i];
        s = make(n);
        NP_NEED(s != NULL && malloc_usable_size(np_keep(s)) >= n);
        np_keep_fill(s, n, 1);
        s = realloc(np_keep(s), n * 2);
        NP_NEED(s != NULL && np_keep_is_filled(s, n, 1));
        free(np_keep(s));
    }

    /* libc's getline resizes by our realloc what the module began */
    s = line("/proc/self/status");
    NP_NEED(s != NULL && strncmp(s, "Name:", 5) == 0);
    free(np_keep(s));

    return 0;
}
