/*
 * With NGXPOOL_FOREIGN=ignore calls with pointers that nobody knows do
 * nothing.  One line is said, of the first, with the place it was called
 * from; all are counted.  What only looks like a block of glibc's is not
 * given to it.
 *
 * expect: exit 0
 * expect: says ""foreign_frees": 15, "foreign_given": 0, "foreign_left": 17"
 * env: NGXPOOL_FOREIGN=ignore NGXPOOL_REPORT_FORMAT=json
 * report: stderr
 * only: libngxpool
 */

#include "keep.h"

#include <errno.h>
#include <malloc.h>
#include <sys/mman.h>

static size_t static_memory[1024] __attribute__((aligned(4096)));


/* as glibc would have it in a chunk of its main arena */
static void *
looks_like_a_chunk(size_t *m)
{
    m[1] = 64 | 1;
    m[9] = 64 | 1;

    return m + 2;
}


static void
drop_all(void)
{
    char       *page = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *const list[] = {
        (char *) static_memory,
        (char *) static_memory + 1,
        looks_like_a_chunk(static_memory + 512),
        (char *) 1,
        (char *) 16,
        (char *) 0x12345670,
        (char *) 0x00007ffffffff000,
        (char *) 0x0000800000000000,
        (char *) 0xdead000000000000,
        (char *) -16,
        page,
        page + 4096,
        page + 2 * 4096,
        looks_like_a_chunk((size_t *) page),
        (char *) &list,
    };
    size_t i;

    NP_NEED(page != MAP_FAILED);
    NP_NEED(mprotect(page + 4096, 4096, PROT_NONE) == 0);

    errno = 0;
    NP_NEED(realloc(np_keep(page + 64), 100) == NULL && errno == ENOMEM);

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        errno = 7;
        free(np_keep(list[i]));
        NP_NEED(errno == 7);
    }

    NP_NEED(malloc_usable_size(np_keep(page + 64)) == 0);
}


int
main(void)
{
    char    text[4096];
    ssize_t n;
    int     fd = memfd_create("said", 0), keep = dup(STDERR_FILENO);

    NP_NEED(fd >= 0 && keep >= 0 && np_keep(malloc(100)) != NULL);
    NP_NEED(dup2(fd, STDERR_FILENO) == STDERR_FILENO);
    drop_all();
    NP_NEED(dup2(keep, STDERR_FILENO) == STDERR_FILENO);

    n = pread(fd, text, sizeof(text) - 1, 0);
    NP_NEED(n > 0);
    text[n] = '\0';
    dprintf(STDERR_FILENO, "%s", text);
    NP_NEED(strchr(text, '\n') == text + n - 1);
    NP_NEED(strstr(text, "ngxpool: ignored: realloc of a foreign pointer 0x")
            == text);
    NP_NEED(strstr(text, ", called from foreign_ignored_and_told_once+0x")
            != NULL);

    return 0;
}
