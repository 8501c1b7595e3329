#ifndef EXPORT_SAMPLES_H
#define EXPORT_SAMPLES_H

/*
 * Profiles of profile_maker.h read back and rendered; what cannot be done ends
 * the program with a line.
 */

#include <stddef.h>

#include "report/np_export.h"
#include "report/np_figure.h"

#include "profile_maker.h"

typedef struct {
    np_profile_t *profile;
    np_symbols_t *symbols;
} export_sample_t;

typedef struct {
    const char *name; /* as the option is called */
    np_export_pt export;
} export_format_t;

/* the last one has no name */
extern const export_format_t export_formats[];

void export_sample_load(export_sample_t *s, const char *path);

/* of m, which is destroyed */
void export_sample_open(export_sample_t *s, maker_t *m);
void export_sample_close(export_sample_t *s);

/* what the export writes, for free(); a 0 is behind it */
char *export_sample_render(const export_sample_t *s, np_export_pt export,
                           np_figure_e figure, size_t *size);

#endif
