/*
 * `ngxpool top` on a terminal.
 *
 *      pid 1234  exact  12.3 s  runs  ./server
 *      live ... peak ... rate ... RSS ... pinned ...
 *             LIVE*      PEAK ...                       SITE
 *      rows, one of them selected
 *      ---- its stack, when it is asked for
 *      the line of keys, of the filter that is typed, or of a message
 */
#include "config.h"

#include "cli/np_top_view.h"

#include <curses.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/np_ending.h"
#include "cli/np_top_stack.h"

#define NP_VIEW_LINE 512

/* the longest wait for a key, seconds: a signal that comes just before does
 * not end it */
#define NP_VIEW_PIECE 0.5

/* lines that the rows keep when a stack is shown */
#define NP_VIEW_ROWS 4

/* the first that the screen has room for */
static const char *const np_view_keys[] = {
    "q quit  sort by: l live  k peak  r rate  t temporary  p pinned  space "
    "pause  / filter  Enter stack  s snapshot",
    "q quit  l live  k peak  r rate  t temporary  p pinned  space pause  "
    "/ filter  Enter stack  s save",
    "q quit  l k r t p sort  space pause  / filter  Enter stack  s snapshot",
    "q quit  lkrtp sort  / filter  Enter stack",
    "q quit  lkrtp sort  / filter",
};

#define NP_VIEW_KEYS (sizeof(np_view_keys) / sizeof(np_view_keys[0]))

typedef struct {
    np_top_rows_t   *rows;
    np_top_source_t *source;
    double           next; /* look, CLOCK_MONOTONIC */
    unsigned         selected;
    uint32_t         site; /* its number in the file, the same when it moves */
    unsigned         first; /* row on the screen */
    unsigned         looks;
    int              paused;
    int              typing; /* the filter */
    int              stack;
    int              ended; /* no more looks are of use */
    unsigned         saved; /* snapshots */
    char             message[NP_VIEW_LINE];
    np_top_stack_t   frames; /* of the site frames_of of the file frames_in */
    uint32_t         frames_of;
    ino_t            frames_in;
} np_view_t;


static double
np_view_now(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}


/* the selection stays on its site while rows move */
static void
np_view_select(np_view_t *v)
{
    const np_top_rows_t *t = v->rows;

    for (unsigned i = 0; i < t->n; i++) {
        if (t->profile->site[t->row[i].site].id == v->site) {
            v->selected = i;
            return;
        }
    }
    if (v->selected >= t->n) {
        v->selected = t->n != 0 ? t->n - 1 : 0;
    }
    if (t->n != 0) {
        v->site = t->profile->site[t->row[v->selected].site].id;
    }
}


static void
np_view_move(np_view_t *v, long by)
{
    const np_top_rows_t *t = v->rows;
    long                 to = (long) v->selected + by;

    if (t->n == 0) {
        return;
    }
    to = to < 0 ? 0 : to;
    v->selected = to >= (long) t->n ? t->n - 1 : (unsigned) to;
    v->site = t->profile->site[t->row[v->selected].site].id;
}


static void
np_view_put(int y, char *text, int reverse)
{
    np_top_fit(text, COLS);
    if (reverse) {
        (void) attron(A_REVERSE);
        (void) mvhline(y, 0, ' ', COLS);
    }
    (void) mvaddstr(y, 0, text);
    if (reverse) {
        (void) attroff(A_REVERSE);
    }
}


/* the stack of a site does not change: names are looked up once for each
 * selection */
static int
np_view_find_stack(np_view_t *v)
{
    if (v->rows->n == 0) {
        return -1;
    }
    if (v->frames.n != 0 && v->frames_of == v->site
        && v->frames_in == v->source->inode) {
        return 0;
    }
    np_top_stack_free(&v->frames);
    v->frames_of = v->site;
    v->frames_in = v->source->inode;
    return np_top_stack(&v->frames, v->rows->profile,
                        v->rows->row[v->selected].site, v->source->root);
}


static void
np_view_draw_stack(np_view_t *v, int from, int to)
{
    char line[NP_VIEW_LINE];

    (void) mvhline(from, 0, ACS_HLINE, COLS);
    if (np_view_find_stack(v) != 0) {
        return;
    }
    for (unsigned i = 0; i < v->frames.n && from + 1 + (int) i < to; i++) {
        (void) snprintf(line, sizeof(line), "  %s", v->frames.frame[i]);
        np_view_put(from + 1 + (int) i, line, 0);
    }
}


static const char *
np_view_keys_of(int columns)
{
    size_t i = 0;

    while (i + 1 < NP_VIEW_KEYS && (int) strlen(np_view_keys[i]) > columns) {
        i++;
    }
    return np_view_keys[i];
}


static void
np_view_draw_foot(const np_view_t *v)
{
    char line[NP_VIEW_LINE];

    if (v->typing) {
        (void) snprintf(line, sizeof(line), "filter: %s_  (Enter, Esc)",
                        v->rows->filter);
    } else if (v->message[0] != '\0') {
        (void) snprintf(line, sizeof(line), "%s", v->message);
    } else {
        (void) snprintf(
            line, sizeof(line), "%s%s%s%s%s", v->paused ? "[paused]  " : "",
            v->rows->filter[0] != '\0' ? "[" : "", v->rows->filter,
            v->rows->filter[0] != '\0' ? "]  " : "", np_view_keys_of(COLS));
    }
    np_view_put(LINES - 1, line, 1);
}


static void
np_view_draw(np_view_t *v)
{
    char line[NP_VIEW_LINE];
    int  end = LINES - 1, stack = end, n;

    (void) erase();
    for (int i = 0; i < NP_TOP_LINES && i < end; i++) {
        np_top_head(v->rows, (unsigned) i, line, sizeof(line), COLS);
        if (i == NP_TOP_LINES - 1) {
            (void) attron(A_BOLD);
        }
        np_view_put(i, line, 0);
        (void) attroff(A_BOLD);
    }
    if (v->stack && end > NP_TOP_LINES + NP_VIEW_ROWS + 2) {
        stack = NP_TOP_LINES + (end - NP_TOP_LINES) / 2;
    }
    n = stack - NP_TOP_LINES;
    if (v->selected < v->first) {
        v->first = v->selected;
    }
    if (n > 0 && v->selected >= v->first + (unsigned) n) {
        v->first = v->selected - (unsigned) n + 1;
    }
    for (int i = 0; i < n && v->first + (unsigned) i < v->rows->n; i++) {
        unsigned at = v->first + (unsigned) i;

        np_top_line(v->rows, at, line, sizeof(line), COLS);
        np_view_put(NP_TOP_LINES + i, line, at == v->selected);
    }
    if (stack < end) {
        np_view_draw_stack(v, stack, end);
    }
    np_view_draw_foot(v);
    (void) refresh();
}


static void
np_view_look(np_view_t *v)
{
    char err[NP_TOP_ERROR];

    if (np_top_rows_look(v->rows, v->source, err) != 0) {
        (void) snprintf(v->message, sizeof(v->message), "%.400s", err);
        return;
    }
    v->ended = !np_top_rows_go_on(v->rows, v->source);
    np_view_select(v);
}


static void
np_view_snapshot(np_view_t *v)
{
    char     name[64];
    unsigned pid = v->rows->profile->header.pid;

    do {
        (void) snprintf(name, sizeof(name), "ngxpool.%u.snapshot-%u.prof", pid,
                        ++v->saved);
        if (np_top_source_save(v->source, name) == 0) {
            (void) snprintf(v->message, sizeof(v->message), "written: %s",
                            name);
            return;
        }
    } while (errno == EEXIST);
    (void) snprintf(v->message, sizeof(v->message), "%s: %s", name,
                    strerror(errno));
}


/* a key while the filter is typed */
static void
np_view_type(np_view_t *v, int c)
{
    char  *text = v->rows->filter;
    size_t n = strlen(text);

    if (c == '\n' || c == '\r' || c == KEY_ENTER) {
        v->typing = 0;
    } else if (c == 27) {
        text[0] = '\0';
        v->typing = 0;
    } else if (c == KEY_BACKSPACE || c == 127 || c == 8) {
        /* a character and not its last byte */
        while (n > 1 && ((unsigned char) text[n - 1] & 0xc0) == 0x80) {
            n--;
        }
        text[n > 0 ? n - 1 : 0] = '\0';
    } else if (c >= 32 && c < 256 && n + 1 < sizeof(v->rows->filter)) {
        text[n] = (char) c;
        text[n + 1] = '\0';
    }
    np_top_rows_sort(v->rows);
    np_view_select(v);
}


/* keys that move the selection; 0: it is none of them */
static int
np_view_walk(np_view_t *v, int c)
{
    switch (c) {
    case KEY_UP:
        np_view_move(v, -1);
        return 1;
    case KEY_DOWN:
        np_view_move(v, 1);
        return 1;
    case KEY_PPAGE:
        np_view_move(v, -(long) LINES);
        return 1;
    case KEY_NPAGE:
        np_view_move(v, LINES);
        return 1;
    case KEY_HOME:
        np_view_move(v, -(long) v->rows->n);
        return 1;
    case KEY_END:
        np_view_move(v, (long) v->rows->n);
        return 1;
    default:
        return 0;
    }
}


/* 0: the user is done */
static int
np_view_key(np_view_t *v, int c)
{
    if (c == KEY_RESIZE) {
        return 1;
    }
    if (v->typing) {
        np_view_type(v, c);
        return 1;
    }
    v->message[0] = '\0';
    if (np_view_walk(v, c)) {
        return 1;
    }
    for (int i = 0; i < NP_TOP_KEYS; i++) {
        if (c == np_top_key[i].letter) {
            v->rows->key = (np_top_key_e) i;
            np_top_rows_sort(v->rows);
            np_view_select(v);
        }
    }
    if (c == ' ') {
        v->paused = !v->paused;
    } else if (c == '/') {
        v->typing = 1;
    } else if (c == '\n' || c == '\r' || c == KEY_ENTER) {
        v->stack = !v->stack;
        np_view_move(v, 0);
    } else if (c == 's') {
        np_view_snapshot(v);
    } else if (c == 27) {
        v->stack = 0;
    }
    return c != 'q';
}


/* whether the time of all looks is over, those included that are not made
 * because of a pause or the end */
static int
np_view_is_over(const np_view_t *v, const np_top_pace_t *pace)
{
    return pace->looks != 0
           && np_view_now()
                  >= v->next + (double) (pace->looks - v->looks) * pace->delay;
}


static void
np_view_loop(np_view_t *v, const np_top_pace_t *pace)
{
    int    c;
    double left;

    do {
        left = v->next - np_view_now();
        if (left <= 0 && !v->paused && !v->ended
            && (pace->looks == 0 || v->looks < pace->looks)) {
            np_view_look(v);
            v->looks++;
            v->next = np_view_now() + pace->delay;
            left = pace->delay;
        }
        if (np_view_is_over(v, pace)) {
            return;
        }
        np_view_draw(v);
        if (left < 0.01 || left > NP_VIEW_PIECE || v->paused || v->ended) {
            left = NP_VIEW_PIECE;
        }
        timeout((int) (left * 1000));
        c = getch();
    } while (np_ending_signal() == 0 && (c == ERR || np_view_key(v, c)));
}


int
np_top_view(np_top_rows_t *t, np_top_source_t *s, const np_top_pace_t *pace,
            char err[NP_TOP_ERROR])
{
    np_view_t v;
    SCREEN   *screen;

    memset(&v, 0, sizeof(v));
    v.rows = t;
    v.source = s;
    if (np_top_rows_look(t, s, err) != 0) {
        return -1;
    }
    v.looks = 1;
    v.next = np_view_now() + pace->delay;
    screen = newterm(NULL, stdout, stdin);
    if (screen == NULL) {
        (void) snprintf(err, NP_TOP_ERROR,
                        "this terminal is not known (TERM=%s); --batch needs "
                        "none",
                        getenv("TERM") != NULL ? getenv("TERM") : "");
        return -1;
    }
    (void) cbreak();
    (void) noecho();
    (void) nonl();
    (void) keypad(stdscr, TRUE);
    (void) set_escdelay(50);
    (void) curs_set(0);
    np_view_move(&v, 0);
    np_view_loop(&v, pace);
    (void) endwin();
    delscreen(screen);
    np_top_stack_free(&v.frames);
    return 0;
}
