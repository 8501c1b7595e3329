/*
 * A library to preload that is no allocator: at exit it writes the text of
 * FAKE_REPORT into the file that NGXPOOL_REPORT names, as libngxpool.so does
 * with its own.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fake_report_write(void) __attribute__((destructor));


static void
fake_report_write(void)
{
    const char *pattern = getenv("NGXPOOL_REPORT");
    const char *text = getenv("FAKE_REPORT");
    const char *format = getenv("NGXPOOL_REPORT_FORMAT");
    const char *p;
    char        name[4096];
    FILE       *f;

    if (pattern == NULL || text == NULL || format == NULL
        || strcmp(format, "json") != 0
        || (p = strstr(pattern, "%p")) == NULL) {
        return;
    }
    snprintf(name, sizeof(name), "%.*s%d%s", (int) (p - pattern), pattern,
             (int) getpid(), p + 2);
    f = fopen(name, "w");
    if (f != NULL) {
        fputs(text, f);
        fclose(f);
    }
}
