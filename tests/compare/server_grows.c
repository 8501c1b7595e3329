/*
 * A server on a socket in the file system: "+" makes it touch 16 MiB more,
 * "-" makes it free them all after 200 ms, "?" does nothing; each is answered
 * when it is done.  SIGTERM ends it cleanly: it writes "stopped".
 *
 * usage: server_grows SOCKET              serve
 *        server_grows SOCKET + | - | ?    ask
 */

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SIZE  ((size_t) 16 << 20)
#define COUNT 8


static int
ask(int fd, const struct sockaddr_un *a, const char *what)
{
    char c;

    if (connect(fd, (const struct sockaddr *) a, sizeof(*a)) != 0) {
        return 1;
    }
    return write(fd, what, 1) == 1 && read(fd, &c, 1) == 1 && c == *what ? 0
                                                                         : 1;
}


static void
answer(int fd, char *m[COUNT], int *n, int *shrink)
{
    char c;

    if (fd == -1 || read(fd, &c, 1) != 1) {
        return;
    }
    if (c == '+' && *n < COUNT && (m[*n] = malloc(SIZE)) != NULL) {
        memset(m[(*n)++], 1, SIZE);
    }
    *shrink |= c == '-';
    if (write(fd, &c, 1) == 1) {
        close(fd);
    }
}


static int
serve(int fd, const struct sockaddr_un *a)
{
    char         *m[COUNT];
    int           n = 0, shrink = 0;
    sigset_t      set;
    struct pollfd p[2] = {{fd, POLLIN, 0}, {-1, POLLIN, 0}};

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    p[1].fd = signalfd(-1, &set, 0);
    if (p[1].fd == -1 || listen(fd, 5) != 0) {
        return 1;
    }
    while (poll(p, 2, shrink ? 200 : -1) >= 0 && p[1].revents == 0) {
        if (p[0].revents != 0) {
            answer(accept(fd, NULL, NULL), m, &n, &shrink);
            continue;
        }
        while (n > 0) {
            free(m[--n]);
        }
        shrink = 0;
    }
    unlink(a->sun_path);
    return write(1, "stopped\n", 8) == 8 ? 0 : 1;
}


int
main(int argc, char **argv)
{
    struct sockaddr_un a;
    int                fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (argc < 2 || fd == -1 || strlen(argv[1]) >= sizeof(a.sun_path)) {
        return 2;
    }
    memset(&a, 0, sizeof(a));
    a.sun_family = AF_UNIX;
    strcpy(a.sun_path, argv[1]);
    if (argc == 3) {
        return ask(fd, &a, argv[2]);
    }
    unlink(argv[1]);
    if (bind(fd, (const struct sockaddr *) &a, sizeof(a)) != 0) {
        return 1;
    }
    return serve(fd, &a);
}
