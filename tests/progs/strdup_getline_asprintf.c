/*
 * Memory that libc allocates for the program can be asked for its size,
 * resized and freed by the program.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <dirent.h>
#include <malloc.h>
#include <wchar.h>


static void
use(void *m, size_t n)
{
    NP_NEED(m != NULL && malloc_usable_size(m) >= n);
    m = realloc(m, n + 5000);
    NP_NEED(m != NULL);
    free(m);
}


int
main(void)
{
    struct dirent **entries;
    char           *line = NULL, *text = NULL;
    size_t          n = 0;
    FILE           *f;
    int             count;

    use(strdup("a string"), 9);
    use(strndup("a string", 3), 4);
    use(wcsdup(L"a string"), 9 * sizeof(wchar_t));
    NP_NEED(asprintf(&text, "%d %0500d", 1, 2) == 502);
    use(text, 503);
    use(realpath("/proc/self/..", NULL), 6);
    use(getcwd(NULL, 0), 2);

    f = open_memstream(&text, &n);
    NP_NEED(f != NULL);

    for (count = 0; count < 10000; count++) {
        NP_NEED(fprintf(f, "line %d\n", count) > 0);
    }

    NP_NEED(fclose(f) == 0);
    f = fmemopen(text, n, "r");
    NP_NEED(f != NULL);
    n = 0;

    for (count = 0; getline(&line, &n, f) > 0; count++) {
        NP_NEED(strtol(line + 5, NULL, 10) == count);
    }

    NP_NEED(count == 10000 && fclose(f) == 0);
    use(line, n);
    free(text);

    count = scandir("/proc/self", &entries, NULL, alphasort);
    NP_NEED(count > 10);

    while (count-- > 0) {
        use(entries[count], 1);
    }

    use(entries, 10 * sizeof(entries[0]));

    return 0;
}
