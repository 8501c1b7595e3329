/*
 * Touches N MiB and forks children that read them: the pages are shared, so
 * that RSS sums to N * (children + 1) and PSS to N.  The tree is held once
 * all of it stands.
 *
 * usage: children_share MIB CHILDREN HOLD_MS
 */

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>


static void
child(const char *m, size_t size, int ready, int go)
{
    unsigned sum = 0;
    char     c;

    for (size_t i = 0; i < size; i += 4096) {
        sum += (unsigned) m[i];
    }
    if (write(ready, "x", 1) != 1 || read(go, &c, 1) != 0) {
        _exit(1);
    }
    _exit(sum == size / 4096 ? 0 : 1);
}


int
main(int argc, char **argv)
{
    size_t size;
    char  *m, c;
    int    ready[2], go[2], n, status, failed = 0;

    if (argc != 4 || pipe(ready) != 0 || pipe(go) != 0) {
        return 2;
    }
    size = (size_t) atoi(argv[1]) << 20;
    n = atoi(argv[2]);
    m = malloc(size);
    if (m == NULL) {
        return 1;
    }
    memset(m, 1, size);
    for (int i = 0; i < n; i++) {
        if (fork() == 0) {
            close(go[1]);
            child(m, size, ready[1], go[0]);
        }
    }
    for (int i = 0; i < n; i++) {
        failed |= read(ready[0], &c, 1) != 1;
    }
    usleep((useconds_t) atoi(argv[3]) * 1000);
    close(go[1]);
    while (wait(&status) > 0) {
        failed |= status != 0;
    }
    return failed;
}
