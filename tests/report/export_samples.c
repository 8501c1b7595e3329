/*
 * Profiles of profile_maker.h read back and rendered.
 */
#include "config.h"

#include "export_samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/np_figure.h"

const export_format_t export_formats[] = {
    {"json", np_export_json},
    {"pprof", np_export_pprof},
    {"folded", np_export_folded},
    {"speedscope", np_export_speedscope},
    {"callgrind", np_export_callgrind},
    {"dhat", np_export_dhat},
    {NULL, NULL},
};


static void
export_sample_die(const char *what)
{
    (void) fprintf(stderr, "export: %s\n", what);
    exit(1);
}


void
export_sample_load(export_sample_t *s, const char *path)
{
    char err[NP_PROFILE_ERROR];

    s->profile = np_profile_load(path, err);
    if (s->profile == NULL) {
        export_sample_die(err);
    }
    s->symbols = np_symbols_open(s->profile, NULL);
    if (s->symbols == NULL) {
        export_sample_die("no memory");
    }
}


void
export_sample_open(export_sample_t *s, maker_t *m)
{
    char path[] = "/tmp/ngxpool-export-XXXXXX";
    int  fd = mkstemp(path);

    if (fd < 0 || maker_write(m, path) != 0) {
        export_sample_die("no temporary file");
    }
    (void) close(fd);
    maker_destroy(m);
    export_sample_load(s, path);
    (void) unlink(path);
}


void
export_sample_close(export_sample_t *s)
{
    np_symbols_free(s->symbols);
    np_profile_free(s->profile);
}


char *
export_sample_render(const export_sample_t *s, np_export_pt export,
                     np_figure_e figure, size_t *size)
{
    np_export_t x = {s->profile, s->symbols, "sample.prof", figure};
    char       *text = NULL;
    FILE       *f = open_memstream(&text, size);

    if (f == NULL || export(f, &x) != 0 || fclose(f) != 0) {
        export_sample_die("the export failed");
    }
    return text;
}
