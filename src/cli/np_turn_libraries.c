/*
 * What the command is linked with, as /proc/PID/maps shows it.
 *
 * The dynamic linker maps the program, itself, what is preloaded and then the
 * libraries that the program wants, glibc among them:
 *
 *      exec -> nothing -> program, linker -> preloaded -> glibc -> main()
 *
 * So that something lacks is known once glibc is there, or where there is no
 * linker.  It may come all the same, when a static program executes another
 * one: it is looked for as long as the command runs, less and less often.
 */
#include "config.h"

#include "cli/np_turn.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* seconds after which the dynamic linker has mapped what it will, mostly */
#define NP_TURN_LINKED 0.005

typedef struct {
    int         library;
    int         program; /* any file */
    int         linker;
    int         libc;
    const char *own;
} np_turn_maps_t;


static int
np_turn_begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}


static void
np_turn_line(np_turn_maps_t *m, const char *line, const char *library)
{
    static const char *const own[] = {
        "libjemalloc",
        "libmimalloc",
        "libtcmalloc",
        "libtbbmalloc",
    };
    const char *name = strrchr(line, '/');

    if (name == NULL) {
        return;
    }
    if (library != NULL && strstr(line, library) != NULL) {
        m->library = 1;
    }
    m->program = 1;
    m->linker |= np_turn_begins(name, "/ld-") || np_turn_begins(name, "/ld.so")
                 || np_turn_begins(name, "/ld64.so");
    m->libc |= np_turn_begins(name, "/libc.so.")
               || np_turn_begins(name, "/libc-2");
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strstr(line, own[i]) != NULL) {
            m->own = own[i];
        }
    }
}


void
np_turn_look_at_libraries(np_turn_t *t, double at)
{
    np_turn_maps_t m = {.own = NULL};
    char  path[32], line[PATH_MAX + 128], real[PATH_MAX], *library = NULL;
    FILE *maps;

    if (t->look_at == 0) {
        t->look_at = NP_TURN_LINKED;
    }
    if (at < t->look_at || t->ended || t->r->loaded == 1) {
        return;
    }
    t->look_at = 2 * at;
    (void) snprintf(path, sizeof(path), "/proc/%d/maps", (int) t->command);
    maps = fopen(path, "re");
    if (maps == NULL) {
        return;
    }
    if (t->library[0] != '\0' && realpath(t->library, real) != NULL) {
        library = strrchr(real, '/');
    }
    while (fgets(line, sizeof(line), maps) != NULL) {
        np_turn_line(&m, line, library);
    }
    (void) fclose(maps);
    if (m.own != NULL) {
        t->r->own = m.own;
    }
    if (library != NULL && (m.library || m.libc || (m.program && !m.linker))) {
        t->r->loaded = m.library;
    }
}
