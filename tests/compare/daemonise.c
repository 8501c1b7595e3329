/*
 * Forks twice, leaves its session and execs a command as a daemon whose pid
 * is written into a file; ends at once.
 *
 * usage: daemonise PIDFILE COMMAND [ARGUMENT...]
 */

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>


int
main(int argc, char **argv)
{
    FILE *f;
    int   status;

    if (argc < 3) {
        return 2;
    }
    if (fork() != 0) {
        return wait(&status) > 0 && status == 0 ? 0 : 1;
    }
    setsid();
    if (fork() != 0) {
        _exit(0);
    }
    f = fopen(argv[1], "w");
    if (f == NULL || fprintf(f, "%d\n", (int) getpid()) < 0 || fclose(f) != 0
        || chdir("/") != 0) {
        return 1;
    }
    execv(argv[2], argv + 2);
    return 127;
}
