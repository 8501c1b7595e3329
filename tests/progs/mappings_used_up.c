/*
 * A process that has as many mappings as the kernel allows one (vm.
 * max_map_count) goes on: requests are served from what there is or refused
 * with ENOMEM, all can be freed, threads begin or do not, and when there are
 * mappings again all is served.
 *
 * only: libngxpool
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define LARGE   ((size_t) 40 << 20) /* has a mapping of its own */
#define LARGES  5
#define MOST    1000000
#define OBJECTS 3000

static void *object[OBJECTS];


/* takes all mappings that are left; their bytes from *m on */
static size_t
use_up(char **m, long most)
{
    size_t page = (size_t) sysconf(_SC_PAGESIZE), i;
    size_t n = (size_t) most * 2 * page;

    *m = mmap(NULL, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    NP_NEED(*m != MAP_FAILED);

    for (i = 0; i < n; i += 2 * page) {
        if (mprotect(*m + i, page, PROT_READ) != 0) {
            NP_NEED(errno == ENOMEM);
            return n;
        }
    }

    np_keep_skip("there is no end of mappings");

    return 0;
}


/* all sizes; how many were refused */
static size_t
work(unsigned seed)
{
    static const size_t sizes[] = {16, 500, 40, 6000, 2000, 100, 70000, 900};
    size_t              i, n, refused = 0;

    for (i = 0; i < OBJECTS; i++) {
        n = i % 500 == 7 ? (size_t) 33 << 20 : sizes[i % 8] + i % 5;
        errno = 0;
        object[i] = i % 3 == 0 ? calloc(1, n) : malloc(n);

        if (object[i] == NULL) {
            NP_NEED(errno == ENOMEM);
            refused++;

        } else {
            np_keep_fill(object[i], n < 3000 ? n : 3000, seed);
        }
    }

    for (i = 0; i < OBJECTS; i++) {
        n = i % 500 == 7 ? (size_t) 33 << 20 : sizes[i % 8] + i % 5;
        NP_NEED(object[i] == NULL
                || np_keep_is_filled(object[i], n < 3000 ? n : 3000, seed));
        free(object[i]);
    }

    return refused;
}


static void *
run(void *unused)
{
    free(np_keep(malloc(100)));
    free(np_keep(malloc(100000)));

    return unused;
}


/* what a program does that has no mappings left; how much was refused */
static size_t
go_on(void **large)
{
    pthread_t thread;
    size_t    refused = work(1);
    long      before;
    int       rc, status;
    pid_t     pid;

    /* the kernel sees neighbours as one mapping, and cannot cut it now */
    before = np_keep_status("VmRSS:");
    free(large[2]);
    large[2] = NULL;
    NP_NEED(before - np_keep_status("VmRSS:") > (long) (LARGE >> 11));

    rc = pthread_create(&thread, NULL, run, NULL);
    NP_NEED(rc == EAGAIN || rc == ENOMEM
            || (rc == 0 && pthread_join(thread, NULL) == 0));
    malloc_trim(0);
    pid = fork();
    NP_NEED(pid >= 0);

    if (pid == 0) {
        (void) work(2);
        _exit(0);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid && status == 0);

    return refused + work(3);
}


int
main(void)
{
    char   text[32] = "", *m;
    int    fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    long   most;
    void  *large[LARGES];
    size_t n, i, refused;

    NP_NEED(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0);
    close(fd);
    most = strtol(text, NULL, 10);

    if (most > MOST) {
        np_keep_skip("a process may have too many mappings here");
    }

    (void) work(0);

    for (i = 0; i < LARGES; i++) {
        large[i] = malloc(LARGE);
        NP_NEED(large[i] != NULL);
        np_keep_fill(large[i], LARGE, (unsigned) i);
    }

    n = use_up(&m, most);
    refused = go_on(large);

    for (i = 0; i < LARGES; i++) {
        NP_NEED(large[i] == NULL
                || np_keep_is_filled(large[i], LARGE, (unsigned) i));
    }

    NP_NEED(munmap(m, n) == 0);
    NP_NEED(work(4) == 0);

    for (i = 0; i < LARGES; i++) {
        free(large[i]);
        large[i] = malloc(LARGE + i);
        NP_NEED(large[i] != NULL);
    }

    printf("%zu requests refused\n", refused);

    return 0;
}
