/*
 * The phases of a server: it is waited for, left alone for a moment, loaded,
 * left idle, and stopped.  A full sample is taken at each border.
 */
#include "config.h"

#include "cli/np_turn.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* seconds: how long BEFORE and AFTER last, and between readiness tests */
#define NP_SERVER_HOLD  0.3
#define NP_SERVER_RETRY 0.05


static int
np_turn_connects(int family, const struct sockaddr *addr, socklen_t size)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int rc;

    if (fd == -1) {
        return 0;
    }
    rc = connect(fd, addr, size);
    (void) close(fd);
    return rc == 0;
}


int
np_turn_port_is_open(unsigned port)
{
    struct sockaddr_in  v4;
    struct sockaddr_in6 v6;

    memset(&v4, 0, sizeof(v4));
    v4.sin_family = AF_INET;
    v4.sin_port = htons((uint16_t) port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(&v6, 0, sizeof(v6));
    v6.sin6_family = AF_INET6;
    v6.sin6_port = v4.sin_port;
    v6.sin6_addr = in6addr_loopback;
    return np_turn_connects(AF_INET, (const struct sockaddr *) &v4, sizeof(v4))
           || np_turn_connects(AF_INET6, (const struct sockaddr *) &v6,
                               sizeof(v6));
}


static void
np_turn_help(np_turn_t *t, double at, const char *command)
{
    t->helper_ended = 0;
    t->helper_status = 0;
    t->helper_began = at;
    t->helper[0] = np_launch_helper(command, t->err_write);
    if (t->helper[0] == -1) {
        t->helper[0] = 0;
        t->helper_ended = 1;
        t->helper_status = 127;
    }
}


static int
np_turn_is_ready(np_turn_t *t, double at)
{
    if (t->helper_ended) {
        t->helper_ended = 0;
        if (t->helper_status == 0) {
            return 1;
        }
        t->phase_until = at + NP_SERVER_RETRY;
    }
    if (t->helper[0] != 0 || at < t->phase_until) {
        return 0;
    }
    t->phase_until = at + NP_SERVER_RETRY;
    if (t->config->ready == NULL) {
        return np_turn_port_is_open(t->config->port);
    }
    np_turn_help(t, at, t->config->ready);
    return 0;
}


/* takes the border's sample as one of the new phase */
static int
np_turn_enter(np_turn_t *t, double at, np_phase_e phase, double seconds)
{
    t->phase = phase;
    t->phase_until = at + seconds;
    return np_sampler_tick(t->config->sampler, t->r, at, phase, 1, t->helper);
}


static int
np_turn_loaded(np_turn_t *t, double at)
{
    if (!t->helper_ended) {
        return 0;
    }
    t->helper_ended = 0;
    if (t->helper_status != 0) {
        np_turn_fail(t, NP_LOAD_FAILED, t->helper_status);
        np_turn_stop(t, at, t->config->grace);
        return 0;
    }
    t->r->value[NP_METRIC_LOAD_WALL] = at - t->helper_began;
    return np_turn_enter(t, at, NP_PHASE_AFTER, NP_SERVER_HOLD);
}


static int
np_turn_idled(np_turn_t *t, double at)
{
    int rc = np_sampler_tick(t->config->sampler, t->r, at, NP_PHASE_IDLE, 1,
                             t->helper);

    t->served = 1;
    np_turn_stop(t, at, t->config->grace);
    return rc;
}


int
np_turn_serve(np_turn_t *t, double at)
{
    const np_turn_config_t *c = t->config;
    double                  rest;

    if (t->ended && t->wait_status != 0) {
        np_turn_stop(t, at, c->grace);
        return 0;
    }
    switch (t->phase) {
    case NP_PHASE_START:
        if (np_turn_is_ready(t, at)) {
            return np_turn_enter(t, at, NP_PHASE_BEFORE, NP_SERVER_HOLD);
        }
        if (at > c->ready_timeout) {
            np_turn_fail(t, NP_NOT_READY, 0);
            np_turn_stop(t, at, c->grace);
        }
        return 0;
    case NP_PHASE_BEFORE:
        if (at < t->phase_until) {
            return 0;
        }
        /* the last sample before the load is one of BEFORE */
        if (np_turn_enter(t, at, NP_PHASE_BEFORE, 0) != 0) {
            return -1;
        }
        t->phase = NP_PHASE_LOAD;
        np_turn_help(t, at, c->load);
        return 0;
    case NP_PHASE_LOAD:
        return np_turn_loaded(t, at);
    case NP_PHASE_AFTER:
        rest = c->idle > NP_SERVER_HOLD ? c->idle - NP_SERVER_HOLD : 0;
        return at < t->phase_until ? 0
                                   : np_turn_enter(t, at, NP_PHASE_IDLE, rest);
    default:
        return at < t->phase_until ? 0 : np_turn_idled(t, at);
    }
}
