/*
 * Do the profiles hold what src/format/np_format.h says of them?  For what
 * installed programs leave, whatever they did.
 *
 *     check_profile FILE...
 *
 * The tables must be whole.  Sums are asked for where nothing was under way
 * at the end: the process ended by itself and had one thread; the allocator's
 * own counters are to be the same then, if the profile was exact.
 */

#include "../progs/profile_laws.h"


static const char *
check(const char *name)
{
    static const np_format_header_t none;

    np_prof_t   p;
    struct stat st;
    int         fd = open(name, O_RDONLY | O_CLOEXEC);

    if (fd == -1 || fstat(fd, &st) != 0) {
        return "cannot be read";
    }

    /* killed before it had begun; below, with the file as large as it will be
     */
    if (st.st_size == 0) {
        close(fd);
        return "tables";
    }

    p.bytes = (size_t) st.st_size;
    p.base = (const char *) mmap(NULL, p.bytes, PROT_READ, MAP_SHARED, fd, 0);
    NP_NEED(p.base != MAP_FAILED);
    close(fd);
    p.h = (const np_format_header_t *) p.base;

    if (p.bytes > sizeof(none) && memcmp(p.h, &none, sizeof(none)) == 0) {
        return "tables";
    }

    np_laws_tables(&p);

    if (p.h->ended == NP_ENDED_NOT
        /* on top of what was under way */
        || (p.h->ended == NP_ENDED_SIGNAL && p.h->heap_known != 1)
        || np_prof_used(&p, NP_TABLE_THREADS) != 1) {
        return "tables";
    }

    np_laws(&p);

    if (p.h->heap_known != 1) {
        return "sums";
    }

    NP_NEED(p.h->heap_live_bytes == p.h->live_bytes);
    NP_NEED(p.h->heap_live_objects == p.h->live_objects);

    return "sums and counters";
}


/* each in a process of its own, which ends at what does not hold */
int
main(int argc, char **argv)
{
    int   i, rc = 0;
    pid_t pid;

    for (i = 1; i < argc; i++) {
        fflush(stdout);
        pid = fork();

        if (pid == 0) {
            printf("%s: %s\n", argv[i], check(argv[i]));
            fflush(stdout);
            _exit(0);
        }

        if (np_prof_wait(pid) != 0) {
            printf("%s: bad\n", argv[i]);
            rc = 1;
        }
    }

    return rc;
}
