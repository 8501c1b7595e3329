/*
 * Where there is neither /proc nor /dev a program runs as ever: its profile
 * knows its call sites and modules, and its report all but the RSS.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof NGXPOOL_REPORT=%p.report
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "mounts.h"
#include "profile_laws.h"

#include <limits.h>
#include <pthread.h>


static NP_SITE void *
makes(void)
{
    return np_keep(malloc(100));
}


static void *
run(void *unused)
{
    free(makes());

    return unused;
}


static int
work(void)
{
    pthread_t t;

    NP_NEED(access("/proc/self", F_OK) != 0 && access("/dev/null", F_OK) != 0);
    NP_NEED(pthread_create(&t, NULL, run, NULL) == 0);
    NP_NEED(pthread_join(t, NULL) == 0);
    free(makes());
    free(np_keep(malloc(50 << 20)));

    return 0;
}


/* the program's module is among the modules */
static int
names(const np_prof_t *p, const char *path)
{
    const np_format_module_t *m;
    uint32_t                  i;

    for (i = 0; i < np_prof_used(p, NP_TABLE_MODULES); i++) {
        m = (const np_format_module_t *) np_prof_record(p, NP_TABLE_MODULES,
                                                        i);

        if (strcmp(m->path, path) == 0 && m->build_id_length != 0) {
            return 1;
        }
    }

    return 0;
}


static void
start(const char *path, const char *profile)
{
    char      name[64], text[4096];
    np_prof_t p;
    ssize_t   n;
    int       fd;
    pid_t     pid = fork();

    if (pid == 0) {
        NP_NEED(setenv("NGXPOOL_PROFILE", profile, 1) == 0);
        execl(path, path, "work", (char *) NULL);
        _exit(2);
    }

    NP_NEED(np_prof_wait(pid) == 0);
    snprintf(name, sizeof(name), "%d.report", (int) pid);
    fd = open(name, O_RDONLY | O_CLOEXEC);
    NP_NEED(fd >= 0);
    n = read(fd, text, sizeof(text) - 1);
    NP_NEED(n > 200);
    text[n] = '\0';
    close(fd);
    NP_NEED(strstr(text, "Requests") != NULL);

    if (strcmp(profile, "exact") == 0) {
        NP_NEED(np_prof_open(&p, pid, 0) == 0);
        NP_NEED(p.h->ended == NP_ENDED_EXIT);
        np_laws_lack_rss = 1;
        np_laws(&p);
        NP_NEED(np_prof_used(&p, NP_TABLE_SITES) > NP_SITE_FIRST + 2);
        NP_NEED(names(&p, path));
    }
}


int
main(int argc, char **argv)
{
    char    path[PATH_MAX];
    ssize_t n;

    if (argc == 2 && strcmp(argv[1], "work") == 0) {
        return work();
    }

    n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    NP_NEED(n > 0);
    path[n] = '\0';

    if (np_mounts_own() != 0 || mount("none", "/proc", "tmpfs", 0, "") != 0
        || mount("none", "/dev", "tmpfs", 0, "") != 0) {
        np_keep_skip("no file system can be mounted here");
    }

    start(path, "off");
    start(path, "exact");
    start(path, "sample:1000");

    return 0;
}
