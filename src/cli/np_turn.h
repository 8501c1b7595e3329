#ifndef NP_TURN_H
#define NP_TURN_H

/*
 * One turn of one allocator: the command is started, followed with all its
 * descendants, and nothing of it is left when np_turn_play() returns.
 *
 *      exec -> RUN ------------------------------> all have ended
 *      exec -> START -> BEFORE -> LOAD -> AFTER -> IDLE -> stop  (servers)
 *
 * np_turn.c has the loop, np_turn_libraries.c what the command is linked with,
 * np_turn_server.c the phases of a server, np_turn_stop.c the end.  One
 * thread; it owns all children of the process.
 */

#include <sys/types.h>
#include <xxhash.h>

#include "cli/np_cgroup.h"
#include "cli/np_launch.h"
#include "cli/np_sampler.h"
#include "report/np_comparison.h"

/* what is the same for all turns */
typedef struct {
    char *const     *argv;
    const char      *load;  /* shell command; NULL: not a server */
    const char      *ready; /* shell command; NULL: use port */
    unsigned         port;
    double           idle; /* seconds, all of them */
    double           ready_timeout;
    double           timeout; /* 0: none */
    double           linger;
    double           grace; /* between SIGTERM and SIGKILL */
    double           interval;
    const cpu_set_t *cpus; /* NULL: not pinned */
    np_cgroup_t     *cgroup;
    np_sampler_t    *sampler;
    int              signals; /* signalfd: CHLD, INT, QUIT, TERM, HUP */

    /* called now and then */
    void (*progress)(void *data, double elapsed, const np_run_t *r);
    void *data;
} np_turn_config_t;

typedef enum {
    NP_STOP_NOT = 0,
    NP_STOP_TERM,
    NP_STOP_KILL
} np_stop_e;

#define NP_TURN_TERMED 64

typedef struct {
    const np_turn_config_t *config;
    const char             *library; /* path, "" = none */
    np_run_t               *r;
    double                  began; /* CLOCK_MONOTONIC, seconds */
    pid_t                   command;
    int                     out; /* read ends, -1 = closed */
    int                     err;
    int                     exec;
    int                     err_write; /* for helpers */
    int                     executed;
    double                  look_at;     /* when to look at its libraries */
    int                     failed;      /* errno of exec */
    int                     interrupted; /* a signal */
    XXH3_state_t           *hash;

    /* the command itself */
    int    ended;
    int    wait_status;
    double ended_at;

    /* the load generator or the readiness test, 0 = none */
    pid_t  helper[2]; /* the second is 0: a list */
    int    helper_ended;
    int    helper_status;
    double helper_began;

    np_phase_e phase;
    double     phase_until;
    int        served; /* all phases were passed */

    np_stop_e stop;
    double    stop_until;
    pid_t     termed[NP_TURN_TERMED];
    unsigned  ntermed;
} np_turn_t;

typedef enum {
    NP_TURN_DONE = 0,
    NP_TURN_NOT_STARTED, /* errno says why */
    NP_TURN_NO_MEMORY,
    NP_TURN_INTERRUPTED /* by the signal in *signal */
} np_turn_e;

/* plays one turn and fills r, which np_run_init() has seen.  report: see
 * np_launch_t. */
np_turn_e np_turn_play(const np_turn_config_t *config, const np_allocator_t *a,
                       const char *report, np_run_t *r, int *signal);

/* between the files of this module; `at` is seconds since the beginning */

/* whether the command has the library, or one that it brings itself and that
 * replaces glibc's malloc: sets r->loaded and r->own.  To be called often; it
 * looks when it is time to, until it has found the library. */
void np_turn_look_at_libraries(np_turn_t *t, double at);

/* moves a server from phase to phase; -1 when memory runs out */
int np_turn_serve(np_turn_t *t, double at);

/* begins to end everything: SIGTERM, and SIGKILL after `grace` seconds */
void np_turn_stop(np_turn_t *t, double at, double grace);

/* goes on with it, also for those that became our children since */
void np_turn_stop_more(np_turn_t *t, double at);

/* a failure: the first one is the run's outcome */
void np_turn_fail(np_turn_t *t, np_outcome_e outcome, int status);

/* whether a port of this machine accepts connections */
int np_turn_port_is_open(unsigned port);

#endif
