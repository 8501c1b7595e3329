/*
 * A module that is loaded, allocates and is unloaded is in the list of
 * modules with its build-id, and its call sites are in it.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "module.h"
#include "profile_laws.h"

int ngxpool_profile_dump(void) __attribute__((weak));


/* bytes alive of all sites whose innermost frame is in the module */
static uint64_t
live_in(const np_prof_t *p, const np_format_module_t *m)
{
    const np_format_site_t *s;
    uint64_t                address, bytes = 0;
    uint32_t                i;

    for (i = NP_SITE_FIRST; i < np_prof_used(p, NP_TABLE_SITES); i++) {
        s = np_prof_site(p, i);
        address = np_prof_node(p, s->node)->address;
        bytes += address >= m->start && address < m->end ? s->live_bytes : 0;
    }

    return bytes;
}


/* opened by a relative name: whoever reads the profile works elsewhere */
static void
relative(const np_prof_t *p)
{
    const np_format_module_t *m;
    char                      path[PATH_MAX];
    char *(*line)(const char *);
    void *handle, *at;

    np_module_path(path, "module_bound.so");
    *strrchr(path, '/') = '\0';
    NP_NEED(chdir(path) == 0);
    handle = dlopen("./module_bound.so", RTLD_NOW);
    NP_NEED(handle != NULL);
    at = np_module_symbol(handle, "module_line");
    memcpy(&line, &at, sizeof(line));
    free(line("/proc/self/stat"));
    m = np_prof_module(p, "/module_bound.so");
    NP_NEED(m != NULL && m->path[0] == '/' && access(m->path, R_OK) == 0);
    NP_NEED(dlclose(handle) == 0);
}


int
main(void)
{
    np_prof_t                 p = np_prof_own();
    const np_format_module_t *m;
    void *(*allocates)(size_t);
    int   unloaded = 0, i;
    void *handle, *at, *made[3];

    NP_NEED(np_prof_module(&p, "module_allocating.so") == NULL);

    for (i = 0; i < 3; i++) {
        handle = np_module_open("module_allocating.so", RTLD_NOW);
        at = np_module_symbol(handle, "module_allocates");
        memcpy(&allocates, &at, sizeof(allocates));
        *(int **) np_module_symbol(handle, "module_unloaded") = &unloaded;
        made[i] = allocates(100);
        NP_NEED(made[i] != NULL);
        m = np_prof_module(&p, "module_allocating.so");
        NP_NEED(m != NULL && m->build_id_length >= 16);
        NP_NEED((uintptr_t) at >= m->start && (uintptr_t) at < m->end);
        /* of its constructor; module_allocates() calls malloc last, and has
         * no frame then */
        NP_NEED(live_in(&p, m) >= 5000);
        NP_NEED(dlclose(handle) == 0 && unloaded == i + 1);
        NP_NEED(live_in(&p, m) < 5000);
    }

    for (i = 0; i < 3; i++) {
        free(made[i]);
    }

    relative(&p);

    NP_NEED(np_prof_module(&p, "module_allocating.so") == m
            && live_in(&p, m) == 0);
    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws_exact(&p);

    return 0;
}
