/*
 * export_profile FORMAT FIGURE FILE
 *
 * Writes the profile in FILE to standard output in a format of export_formats,
 * for scripts that show it to the programs the format is for.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export_samples.h"


int
main(int argc, char **argv)
{
    const export_format_t *format = export_formats;
    export_sample_t        s;
    char                  *text;
    size_t                 size;
    int                    figure, ok;

    if (argc != 4 || (figure = np_figure_find(argv[2])) < 0) {
        (void) fputs("usage: export_profile FORMAT FIGURE FILE\n", stderr);
        return 2;
    }
    while (format->name != NULL && strcmp(format->name, argv[1]) != 0) {
        format++;
    }
    if (format->name == NULL) {
        (void) fprintf(stderr, "export_profile: no format %s\n", argv[1]);
        return 2;
    }
    export_sample_load(&s, argv[3]);
    text = export_sample_render(&s, format->export, (np_figure_e) figure,
                                &size);
    ok = fwrite(text, 1, size, stdout) == size && fflush(stdout) == 0;
    free(text);
    export_sample_close(&s);
    return ok ? 0 : 1;
}
