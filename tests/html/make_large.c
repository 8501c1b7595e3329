/*
 * make_large SITES BLOCKS FILE
 *
 * Writes large_profile() for the test of the page in a browser.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "large_profile.h"


int
main(int argc, char **argv)
{
    maker_t *m;
    int      rc;

    if (argc != 4) {
        (void) fputs("usage: make_large SITES BLOCKS FILE\n", stderr);
        return 2;
    }
    m = large_profile((unsigned) atoi(argv[1]), (unsigned) atoi(argv[2]));
    rc = maker_write(m, argv[3]);
    maker_destroy(m);
    if (rc != 0) {
        (void) fprintf(stderr, "make_large: %s: %m\n", argv[3]);
        return 1;
    }
    return 0;
}
