/*
 * outcome.h: what can come of looking at an address: the closed table of verdicts, and the rules
 * that turn what happened on the wire into one of them. Pure functions: nothing is fetched here.
 *
 * The rule above all others: an address is called failing only if it does not answer, answers that
 * it is broken, or shows a certificate that every browser refuses. Who answers and lets a program
 * not in (401, 403, 429, a robot wall) is not broken, and neither is one whose answer leads on to a
 * site that does not answer us.
 */
#ifndef VHOD_PROBE_OUTCOME_H
#define VHOD_PROBE_OUTCOME_H

#include <stdbool.h>
#include <time.h>

enum verdict {
    VERDICT_NONE,        /* not known yet */
    VERDICT_OPENED,      /* the page came */
    VERDICT_EXPIRING,    /* it came; the certificate ends soon */
    VERDICT_MOVED,       /* it came from another place, which the server calls permanent */
    VERDICT_CHANGED,     /* it came; its title has no word in common with the one before */
    VERDICT_OWNER,       /* it leads to a site of somebody whom the directory does not know */
    VERDICT_REFUSED,     /* answered, and did not let a program in: 401, 403, 429, a robot wall */
    VERDICT_ISSUER,      /* answered; this machine does not know who issued its certificate */
    VERDICT_TLS,         /* answered; no encryption that both sides speak */
    VERDICT_LOOP,        /* redirects without end: perhaps only for who keeps no cookies */
    VERDICT_BEYOND,      /* answered, and leads to another site that does not answer us */
    VERDICT_SLOW,        /* the page began, and was not whole in time */
    VERDICT_PRIVATE,     /* it leads into a private network, which is not looked at */
    VERDICT_MISSING,     /* 404, 410 */
    VERDICT_ERROR,       /* 5xx, or no web page at all */
    VERDICT_CERTIFICATE, /* expired, not valid yet, revoked, or of another host */
    VERDICT_SILENT,      /* no answer */
    VERDICT_GONE,        /* no such name */
    VERDICT__MAX
};

/* What a reader is told. */
enum standing {
    STANDING_UNKNOWN, /* nothing */
    STANDING_WORKS,
    STANDING_UNCLEAR,    /* our look says nothing about whether it works for people */
    STANDING_SUSPICIOUS, /* it opens, and may be somebody else's by now */
    STANDING_FAILING
};

/* "opened"; the words of the results file and of documents. */
const char *verdict_word(enum verdict verdict);
/* VERDICT_NONE for no such word. */
enum verdict verdict_from_word(const char *word);
enum standing verdict_standing(enum verdict verdict);
/* "works", "unclear", "suspicious", "failing"; "unknown". */
const char *standing_word(enum standing standing);
/* True if one look is not enough to say so. */
bool verdict_needs_proof(enum verdict verdict);
/* True if the address was reached in no way: if this holds for all, our own network is to blame. */
bool verdict_is_unreached(enum verdict verdict);
/* For the maintainer: what was seen, and what to do about it. English; static storage. */
const char *verdict_about(enum verdict verdict);
const char *verdict_advice(enum verdict verdict);

/* How a fetch of one address ended. */
enum hop_end {
    HOP_ANSWERED,     /* a whole header block came; status is set */
    HOP_NAME_GONE,    /* name servers say that there is no such name, or no address for it */
    HOP_NAME_SILENT,  /* name servers do not answer, or fail */
    HOP_PRIVATE,      /* the address is one of a private network */
    HOP_CONNECT,      /* no connection */
    HOP_TIMEOUT,      /* connected, and then nothing in time */
    HOP_EMPTY,        /* connected, and closed without an answer */
    HOP_TLS,          /* no encryption that both sides speak */
    HOP_CERT_EXPIRED, /* or not valid yet, or revoked */
    HOP_CERT_HOST,    /* certificate of another host */
    HOP_CERT_ISSUER,  /* issued by nobody whom this machine knows */
    HOP_GARBAGE,      /* no HTTP, headers without end, a redirect to what is no web address */
    HOP_LOCAL         /* something failed on this machine: says nothing about the address */
};

/* "connect", "timeout"; "" for HOP_ANSWERED. The word of the results file. */
const char *hop_end_word(enum hop_end end);

/* One address fetched, without following where it redirects to. */
struct hop {
    enum hop_end end;
    long status;        /* HOP_ANSWERED */
    bool cut;           /* the body broke off */
    bool late;          /* the body was not whole in time */
    bool wall;          /* the answer bears the mark of a known robot wall */
    time_t certificate; /* the certificate ends then; 0: http, or not known */
};

/* A chain of redirects, and what there is to compare its end with. */
struct chain {
    struct hop last;   /* where it ended */
    int redirects;     /* before that */
    bool endless;      /* more redirects than are followed, or in a circle */
    bool other_host;   /* the last host is not the first one's (www. and letter case aside) */
    bool other_owner;  /* its registered name is another, and the directory does not know it */
    bool permanent;    /* every redirect to another host, or from http to https, was 301 or 308,
                          and there was one */
    bool new_title;    /* titles before and now have no word in common */
    time_t expires_by; /* a certificate that ends before that second ends soon */
};

/* The verdict on a chain. VERDICT_NONE if it failed on this machine. */
enum verdict outcome_of(const struct chain *chain);

#endif
