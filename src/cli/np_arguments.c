/*
 * The options among a command's arguments.
 */
#include "config.h"

#include "cli/np_arguments.h"

#include <stdio.h>


int
np_arguments_parse(int argc, char **argv, const char *shorts,
                   const struct option *longs, np_arguments_set_pt set,
                   void *o, char *err, size_t size)
{
    int c;

    opterr = 0;
    optind = 1;
    while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (c == '?' || c == ':') {
            (void) snprintf(err, size,
                            c == ':' ? "%s wants a value"
                                     : "unknown option '%s'",
                            argv[optind - 1]);
            return -1;
        }
        if (set(o, c, optarg, err, size) != 0) {
            return -1;
        }
    }
    return 0;
}
