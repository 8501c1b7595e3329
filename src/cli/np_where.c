/*
 * Reads the reports that processes under libngxpool.so leave at exit.
 */
#include "config.h"

#include "cli/np_where.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <unistd.h>


/* NaN when there is no such number */
static double
np_where_part(const json_t *where, const char *key)
{
    const json_t *v = json_object_get(where, key);

    return json_is_number(v) ? json_number_value(v) : NAN;
}


/* the sum of all parts, or -1 when the file cannot be used: w->why */
static double
np_where_file(np_where_t *w, const char *path)
{
    json_error_t  e;
    json_t       *top = json_load_file(path, JSON_DECODE_INT_AS_REAL, &e);
    const json_t *where = json_object_get(top, "where");
    double        sum = -1;

    if (top == NULL) {
        (void) snprintf(w->why, sizeof(w->why),
                        "its report is damaged: %.120s", e.text);
    } else if (!json_is_object(where)) {
        (void) snprintf(w->why, sizeof(w->why),
                        "its report has no object 'where'");
    } else {
        w->live = np_where_part(where, "live");
        w->slack = np_where_part(where, "slack");
        w->holes = np_where_part(where, "holes");
        w->retained = np_where_part(where, "retained");
        w->metadata = np_where_part(where, "metadata");
        w->rest = np_where_part(where, "rest");
        sum = w->live + w->slack + w->holes + w->retained + w->metadata;
        if (isnan(sum)) {
            (void) snprintf(w->why, sizeof(w->why),
                            "its report lacks keys of 'where'");
            sum = -1;
        } else {
            sum += isnan(w->rest) ? 0 : w->rest;
        }
    }
    json_decref(top);
    return sum;
}


void
np_where_read(np_where_t *w, const char *directory)
{
    DIR                 *d = opendir(directory);
    const struct dirent *e;
    char                 path[PATH_MAX];
    np_where_t           one;
    double               sum, most = -1;

    memset(w, 0, sizeof(*w));
    memset(&one, 0, sizeof(one));
    (void) snprintf(one.why, sizeof(one.why), "it wrote no report");
    while (d != NULL && (e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.') {
            continue;
        }
        (void) snprintf(path, sizeof(path), "%s/%s", directory, e->d_name);
        sum = np_where_file(&one, path);
        if (sum > most) {
            most = sum;
            *w = one;
            w->known = 1;
        }
    }
    if (d != NULL) {
        (void) closedir(d);
    }
    if (w->known) {
        w->why[0] = '\0';
    } else {
        *w = one;
    }
}


void
np_where_remove(const char *directory)
{
    DIR                 *d = opendir(directory);
    const struct dirent *e;

    while (d != NULL && (e = readdir(d)) != NULL) {
        if (e->d_name[0] != '.') {
            (void) unlinkat(dirfd(d), e->d_name, 0);
        }
    }
    if (d != NULL) {
        (void) closedir(d);
    }
    (void) rmdir(directory);
}
