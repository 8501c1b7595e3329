/*
 * Stands in for libngxpool.so where only its files matter: copies the profile
 * FAKE_IMAGE to the file that NGXPOOL_PROFILE_FILE asks for, as that of this
 * process, and keeps it mapped.  With FAKE_GROW its first call site allocates
 * 1 MiB each 20 ms.  The environment that it was given goes to FAKE_LOG.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "format/np_format.h"

static np_format_header_t *fake;


static const char *
fake_env(const char *name)
{
    const char *v = getenv(name);

    return v != NULL ? v : "";
}


static void
fake_expand(char *to, size_t size, const char *from)
{
    size_t n = 0;

    for (; *from != '\0' && n + 32 < size; from++) {
        if (*from != '%') {
            to[n++] = *from;
            continue;
        }
        from++;
        n += (size_t) snprintf(to + n, size - n, *from == 'p' ? "%d" : "%%",
                               (int) getpid());
        if (*from == 'n') {
            n--;
            n += (size_t) snprintf(to + n, size - n, "%s",
                                   program_invocation_short_name);
        }
    }
    to[n] = '\0';
}


/* the first name that is free, as .1, .2 ... are appended */
static int
fake_create(const char *pattern)
{
    char path[4096], name[4200];
    int  fd;

    fake_expand(path, sizeof(path), pattern);
    (void) snprintf(name, sizeof(name), "%s", path);
    for (int i = 1; i < 100; i++) {
        fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd != -1 || errno != EEXIST) {
            return fd;
        }
        (void) snprintf(name, sizeof(name), "%s.%d", path, i);
    }
    return -1;
}


static void *
fake_grow(void *data)
{
    const struct timespec pause = {0, 20000000};
    np_format_site_t     *s;

    (void) data;
    s = (np_format_site_t *) (void *) ((char *) fake
                                       + fake->table[NP_TABLE_SITES].offset)
        + NP_SITE_FIRST;
    for (;;) {
        (void) nanosleep(&pause, NULL);
        s->allocs += fake->scale;
        s->alloc_bytes += 1 << 20;
        s->live_bytes += 1 << 20;
        s->live_objects += fake->scale;
        fake->live_bytes += 1 << 20;
        fake->clock += 1 << 20;
    }
    return NULL;
}


/* who finds the magic finds all else */
static void
fake_map(int fd, const char *image)
{
    const size_t    behind = sizeof(fake->magic);
    struct timespec now;
    struct stat     st;
    pthread_t       thread;
    int             from = open(image, O_RDONLY | O_CLOEXEC);

    if (from == -1 || fstat(from, &st) != 0
        || ftruncate(fd, st.st_size) != 0) {
        return;
    }
    fake = mmap(NULL, (size_t) st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
                fd, 0);
    if (fake == MAP_FAILED
        || pread(from, (char *) fake + behind, (size_t) st.st_size - behind,
                 (off_t) behind)
               != st.st_size - (off_t) behind) {
        _exit(99);
    }
    (void) clock_gettime(CLOCK_REALTIME, &now);
    fake->pid = (uint32_t) getpid();
    fake->ended = NP_ENDED_NOT;
    fake->wall = (uint64_t) now.tv_sec * 1000000000U;
    __atomic_thread_fence(__ATOMIC_RELEASE);
    if (pread(from, fake, behind, 0) != (ssize_t) behind) {
        _exit(99);
    }
    (void) close(from);
    (void) close(fd);
    if (*fake_env("FAKE_GROW") != '\0') {
        (void) pthread_create(&thread, NULL, fake_grow, NULL);
    }
}


static void
fake_log(void)
{
    static const char *const name[] = {"NGXPOOL_PROFILE",
                                       "NGXPOOL_PROFILE_FILE",
                                       "NGXPOOL_PROFILE_DEPTH",
                                       "NGXPOOL_PROFILE_FOLLOW",
                                       "NGXPOOL_PROFILE_ONLY",
                                       "NGXPOOL_ADVICE",
                                       "LD_PRELOAD"};
    FILE                    *f = fopen(fake_env("FAKE_LOG"), "ae");

    if (f == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
        (void) fprintf(f, "%s=%s\n", name[i], fake_env(name[i]));
    }
    (void) fclose(f);
}


__attribute__((constructor)) static void
fake_begin(void)
{
    const char *only = fake_env("NGXPOOL_PROFILE_ONLY");
    const char *kind = fake_env("NGXPOOL_PROFILE");
    int         follow = atoi(fake_env("NGXPOOL_PROFILE_FOLLOW"));
    int         fd;

    fake_log();
    if ((follow > 1 && follow != getpid()) || *kind == '\0'
        || strcmp(kind, "off") == 0
        || (*only != '\0' && strcmp(only, program_invocation_short_name))) {
        return;
    }
    fd = fake_create(fake_env("NGXPOOL_PROFILE_FILE"));
    if (fd != -1) {
        fake_map(fd, fake_env("FAKE_IMAGE"));
    }
}


__attribute__((destructor)) static void
fake_end(void)
{
    if (fake != NULL) {
        fake->ended = NP_ENDED_EXIT;
    }
}
