/*
 * A report whose name is that of a FIFO that nobody reads, a folder, a link or
 * a full disk: nobody waits, a line says why, and standard error gets the
 * report.  With a reader the FIFO does.  Where standard error is another file
 * by the end, that gets nothing.
 *
 * only: libngxpool
 * expect: exit 0
 */

#include "tells.h"

static int
again(void)
{
    int fd;

    NP_NEED(np_keep(malloc(100)) != NULL);

    if (getenv("NP_OTHER") != NULL) {
        NP_NEED(rmdir("gone") == 0);
        fd = open("other", O_RDWR | O_CREAT | O_TRUNC, 0600);
        NP_NEED(dup2(fd, STDERR_FILENO) == STDERR_FILENO);
    }

    if (getenv("NP_GONE") != NULL) {
        NP_NEED(rmdir("gone") == 0);
    }

    return 0;
}


int
main(int argc, char **argv)
{
    struct stat st;
    char        buf[4096];
    int         fd;

    if (argc == 2 && strcmp(argv[1], "again") == 0) {
        return again();
    }

    NP_NEED(mkfifo("report.fifo", 0600) == 0 && mkdir("folder", 0700) == 0);
    NP_NEED(symlink("nowhere", "link") == 0);

    NP_NEED(np_tells("NGXPOOL_REPORT", "report.fifo",
                     "ngxpool: NGXPOOL_REPORT=report.fifo: cannot be written: "
                     "nobody reads from it; here is the report\n"));
    NP_NEED(strstr(np_tells_said, "ngxpool report: ") != NULL);
    NP_NEED(np_tells("NGXPOOL_REPORT", "folder", "it is a folder"));
    NP_NEED(np_tells("NGXPOOL_REPORT", "link", "\"stderr\" is standard"));
    NP_NEED(np_tells("NGXPOOL_REPORT", "/dev/full", "its disk is full"));

    fd = open("report.fifo", O_RDONLY | O_NONBLOCK);
    NP_NEED(fd >= 0);
    NP_NEED(np_tells("NGXPOOL_REPORT", "report.fifo", ""));
    NP_NEED(np_tells_said[0] == '\0');
    NP_NEED(read(fd, buf, sizeof(buf)) > 100);

    /* not to be foreseen at the start */
    NP_NEED(mkdir("gone", 0700) == 0 && setenv("NP_GONE", "1", 1) == 0);
    NP_NEED(np_tells("NGXPOOL_REPORT", "gone/report",
                     "there is no such file or folder; no report\n"));

    NP_NEED(mkdir("gone", 0700) == 0 && unsetenv("NP_GONE") == 0);
    NP_NEED(setenv("NP_OTHER", "1", 1) == 0);
    NP_NEED(np_tells("NGXPOOL_REPORT", "gone/report", ""));
    NP_NEED(np_tells_said[0] == '\0');
    NP_NEED(stat("other", &st) == 0 && st.st_size == 0);

    return 0;
}
