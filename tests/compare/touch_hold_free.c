/*
 * Touches N MiB, holds them, frees them, idles: a program whose RSS is known
 * at every moment.
 *
 * usage: touch_hold_free MIB HOLD_MS IDLE_MS
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


int
main(int argc, char **argv)
{
    char *m;
    int   mib, hold, idle;

    if (argc != 4) {
        return 2;
    }
    mib = atoi(argv[1]);
    hold = atoi(argv[2]);
    idle = atoi(argv[3]);
    m = malloc((size_t) mib << 20);
    if (m == NULL) {
        return 1;
    }
    memset(m, 1, (size_t) mib << 20);
    usleep((useconds_t) hold * 1000);
    printf("%d\n", m[((size_t) mib << 20) - 1]);
    free(m);
    usleep((useconds_t) idle * 1000);
    return 0;
}
