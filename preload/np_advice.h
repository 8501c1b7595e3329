#ifndef NP_ADVICE_H
#define NP_ADVICE_H

/*
 * The file that NGXPOOL_ADVICE names, made into routes of the heap
 * (heap/np_route.h).  What is not understood in it gets one line on standard
 * error, and the program goes on without advice.  ngxpool-advise(1) says what
 * the file looks like.
 */

/* when the libraries of the program are loaded, before there are threads */
void np_advice_init(void);

#endif
