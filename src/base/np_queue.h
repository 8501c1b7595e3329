#ifndef NP_QUEUE_H
#define NP_QUEUE_H

/*
 * A circular doubly linked list whose links live in its members, after
 * nginx's ngx_queue.h:
 *
 *      head <-> first <-> ... <-> last <-> head
 *
 * An empty head, and a member that is in no list, point at themselves.
 * Nothing is locked; the owner of the list sees to that.
 */

#include <stddef.h>

#include "base/np_attr.h"

typedef struct np_queue_s np_queue_t;

struct np_queue_s {
    np_queue_t *prev;
    np_queue_t *next;
};

/* the structure of type t whose member m is the queue link q */
#define np_queue_data(q, t, m) ((t *) (((char *) (q)) - offsetof(t, m)))

/* a head that is all zero, in a structure not in use yet, has no members */
#define np_queue_each(q, h)                                                   \
    for (q = (h)->next != NULL ? (h)->next : (h); q != (h); q = q->next)


NP_INLINE void
np_queue_init(np_queue_t *q)
{
    q->prev = q;
    q->next = q;
}


NP_INLINE int
np_queue_empty(const np_queue_t *q)
{
    return q->next == q;
}


NP_INLINE void
np_queue_insert_head(np_queue_t *h, np_queue_t *q)
{
    q->next = h->next;
    q->prev = h;
    h->next->prev = q;
    h->next = q;
}


NP_INLINE void
np_queue_insert_tail(np_queue_t *h, np_queue_t *q)
{
    q->prev = h->prev;
    q->next = h;
    h->prev->next = q;
    h->prev = q;
}


/* takes q out of its list and leaves it in none */
NP_INLINE void
np_queue_remove(np_queue_t *q)
{
    q->next->prev = q->prev;
    q->prev->next = q->next;
    np_queue_init(q);
}

#endif
