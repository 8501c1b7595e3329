/*
 * Folded stacks, as flamegraph.pl and its kin read them: a line each,
 * "outermost;...;allocating VALUE", by one figure; sites without any of it
 * are left out.
 */
#include "config.h"

#include "report/np_export.h"

#include "report/np_figure.h"
#include "report/np_frames.h"


/* semicolons part frames; some names of C++ and Rust have them */
static void
np_folded_name(FILE *f, const char *s)
{
    for (; *s != '\0'; s++) {
        (void) fputc(*s == ';' ? ':' : *s, f);
    }
}


int
np_export_folded(FILE *f, const np_export_t *x)
{
    np_frames_t list = {NULL, 0, 0};
    double      sum = 0;
    int         rc = 0;

    for (unsigned i = 0; i < x->profile->nsites && rc == 0; i++) {
        const np_site_t *s = &x->profile->site[i];
        int64_t          value;

        if (s->hidden) {
            continue;
        }
        value = np_whole(&sum, np_figure_value(s, x->figure));
        if (value == 0) {
            continue;
        }
        rc = np_frames_of(&list, x, s);
        for (unsigned k = rc == 0 ? list.n : 0; k > 0; k--) {
            np_folded_name(f, list.frame[k - 1].function);
            (void) fputc(k > 1 ? ';' : ' ', f);
        }
        if (rc == 0) {
            (void) fprintf(f, "%lld\n", (long long) value);
        }
    }
    np_frames_fini(&list);
    return rc == 0 && !ferror(f) ? 0 : -1;
}
