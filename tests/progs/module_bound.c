/*
 * The module of the programs that open one with RTLD_DEEPBIND: what it asks
 * malloc for, and what it gives back, by the names that it is bound to.  Built
 * twice: module_unbound.so is linked with no library.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *module_make(size_t size);
void *module_resize(void *m, size_t size);
void  module_drop(void *m);
void *module_malloc(void);
char *module_copy(const char *s);
char *module_line(const char *path);


void *
module_make(size_t size)
{
    return malloc(size);
}


void *
module_resize(void *m, size_t size)
{
    return realloc(m, size);
}


void
module_drop(void *m)
{
    free(m);
}


/* whose malloc it has */
void *
module_malloc(void)
{
    return (void *) malloc;
}


char *
module_copy(const char *s)
{
    return strdup(s);
}


/* the first line of a file, in memory that libc allocates and the module has
 * begun */
char *
module_line(const char *path)
{
    FILE  *f = fopen(path, "r");
    size_t room = 1;
    char  *line = malloc(room);

    if (f == NULL || getline(&line, &room, f) <= 0) {
        return NULL;
    }

    (void) fclose(f);

    return line;
}
