/*
 * A module is unloaded while profiling is stopped, and another one is loaded
 * in its place when it goes on: what that one allocates is not taken for the
 * first one's.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "module.h"
#include "profile_laws.h"
#include "profile_calls.h"

/* module_allocating.so by another name */
static void
copies(const char *name)
{
    char    path[PATH_MAX], text[4096];
    ssize_t n;
    int     from, to;

    np_module_path(path, "module_allocating.so");
    from = open(path, O_RDONLY | O_CLOEXEC);
    to = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    NP_NEED(from >= 0 && to >= 0);

    while ((n = read(from, text, sizeof(text))) > 0) {
        NP_NEED(write(to, text, (size_t) n) == n);
    }

    close(from);
    close(to);
}


/* bytes allocated of all sites whose innermost frame is in the module */
static uint64_t
allocated_in(const np_prof_t *p, const np_format_module_t *m)
{
    const np_format_node_t *node;
    uint64_t                bytes = 0;
    uint32_t                i;

    for (i = NP_SITE_FIRST; i < np_prof_used(p, NP_TABLE_SITES); i++) {
        node = np_prof_node(p, np_prof_site(p, i)->node);

        if (node->address >= m->start && node->address < m->end
            && node->generation >> 1 >= m->from
            && node->generation >> 1 <= m->to) {
            bytes += np_prof_site(p, i)->alloc_bytes;
        }
    }

    return bytes;
}


int
main(void)
{
    np_prof_t                 p;
    const np_format_module_t *first, *second;
    void                     *handle;

    copies("first.so");
    copies("second.so");
    NP_NEED(ngxpool_profile_start(0) == 0);
    p = np_prof_own();
    handle = np_module_opened(dlopen("./first.so", RTLD_NOW));
    NP_NEED(ngxpool_profile_stop() == 0);
    NP_NEED(dlclose(handle) == 0);

    NP_NEED(ngxpool_profile_start(0) == 0);
    handle = np_module_opened(dlopen("./second.so", RTLD_NOW));
    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws(&p);
    first = np_prof_module(&p, "/first.so");
    second = np_prof_module(&p, "/second.so");
    NP_NEED(first != NULL && allocated_in(&p, first) == 5000);
    NP_NEED(second != NULL && allocated_in(&p, second) == 5000);

    if (first->start != second->start) {
        np_keep_skip("they are not in the same place");
    }

    NP_NEED(dlclose(handle) == 0);

    return 0;
}
