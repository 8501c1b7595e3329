/*
 * The options among a command's arguments.
 *
 * What getopt_long leaves of an option that is wrong: of a long one optind is
 * behind it, and optopt is its value, 0 if it has none; of a short one optopt
 * is the letter, and optind may still be at its cluster.
 */
#include "config.h"

#include "cli/np_arguments.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>


/* whether a long option that takes no value has this one */
static int
np_arguments_is_flag(const struct option *longs, int val)
{
    for (; longs->name != NULL; longs++) {
        if (longs->val == val && longs->has_arg == no_argument) {
            return 1;
        }
    }
    return 0;
}


static int
np_arguments_is_ambiguous(const struct option *longs, const char *text)
{
    size_t   n = strcspn(text + 2, "=");
    unsigned found = 0;

    for (; longs->name != NULL; longs++) {
        found += strncmp(longs->name, text + 2, n) == 0;
    }
    return found > 1;
}


static void
np_arguments_unknown(const char *arg, const struct option *longs, char *err,
                     size_t size)
{
    int name = (int) strcspn(arg, "=");

    if (optopt == 0 && np_arguments_is_ambiguous(longs, arg)) {
        (void) snprintf(err, size, "'%.*s' begins more than one option", name,
                        arg);
    } else if (optopt == 0) {
        (void) snprintf(err, size, "unknown option '%s'", arg);
    } else if (np_arguments_is_flag(longs, optopt)) {
        (void) snprintf(err, size, "%.*s takes no value", name, arg);
    } else {
        (void) snprintf(err, size, "unknown option '-%c'",
                        isgraph((unsigned char) optopt) ? optopt : '?');
    }
}


int
np_arguments_parse(int argc, char **argv, const char *shorts,
                   const struct option *longs, np_arguments_set_pt set,
                   void *o, char *err, size_t size)
{
    const char *arg;
    int         c;

    opterr = 0;
    optind = 1;
    while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        arg = argv[optind - 1];
        if (c == '?') {
            np_arguments_unknown(arg, longs, err, size);
            return -1;
        }
        if (c == ':') {
            if (arg[1] == '-') {
                (void) snprintf(err, size, "%s wants a value", arg);
            } else {
                (void) snprintf(err, size, "-%c wants a value", optopt);
            }
            return -1;
        }
        if (set(o, c, optarg, err, size) != 0) {
            return -1;
        }
    }
    return 0;
}
