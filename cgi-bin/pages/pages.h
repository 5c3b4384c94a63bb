/*
 * pages.h: every page of the site, for the route tables of the four programs. A page's comment is
 * its interface: parameters in the order its route must name them, statuses beside 200.
 */
#ifndef VHOD_PAGES_PAGES_H
#define VHOD_PAGES_PAGES_H

#include "pages/page.h"

extern const struct page page_front;   /* find your region */
extern const struct page page_regions; /* the region-to-address table */
extern const struct page page_region;  /* {iso}; 404 */
extern const struct page page_go;      /* {iso}; 303 to the address, or to the region's page; 404 */
extern const struct page page_ping;    /* {iso}; 204; 403 unless a page of this site sent it; 404 */
extern const struct page page_code;    /* {code}; 301 to the region's page; 404 */
extern const struct page page_health;  /* the snapshot's identity */
extern const struct page page_guides;  /* list */
extern const struct page page_guide;   /* {id}, region, r (revision; both optional); 404, 410 */
extern const struct page page_questions; /* list */
extern const struct page page_question;  /* {number}, r (revision; optional); 404, 410 */
extern const struct page
    page_search; /* q, go (flag: from the front page); 303 for exactly one region */
/* from, to (dates), period (today, 7, 28, year), compare (year, before, none), table (of its CSV
 * view), sep, sort ("regions.views"), of ("region/ru-alt"); 403 for anyone but the owner; 400 */
extern const struct page page_stats;
extern const struct page page_now;      /* what is wrong now; 403 as page_stats */
extern const struct page page_alerts;   /* the same as a feed */
extern const struct page page_remember; /* POST: region, forget (flag), back (path); 303; 404 */
extern const struct page page_look;     /* POST: theme, size; 303 back; 400 */
extern const struct page page_about;    /* where the data come from */
extern const struct page page_privacy;  /* what is recorded */
extern const struct page page_accessibility; /* what was checked, known gaps */
extern const struct page page_styleguide;    /* every component, for who works on the site */
extern const struct page page_own;           /* {id}: a page of the owner's; 404 */
extern const struct page page_changes;       /* what changed: answers, guides, addresses */

extern const struct page page_blocked;   /* what it means that an address was taken out */
extern const struct page page_check;     /* address; 400 for JSON without one */
extern const struct page page_directory; /* everything in one file; bom (flag) */

/* For machines. */
extern const struct page page_openapi;    /* the description of the JSON twins */
extern const struct page page_manifest;   /* web app manifest */
extern const struct page page_sitemap;    /* */
extern const struct page page_robots;     /* */
extern const struct page page_opensearch; /* for the address bar of browsers */

/* QR codes of pages' addresses, as SVG. */
extern const struct page page_qr_region;   /* {iso}; 404 */
extern const struct page page_qr_guide;    /* {id}; 404, 410 */
extern const struct page page_qr_question; /* {number}; 404, 410 */

extern const struct page page_desk;      /* q, region, noted: regions and answers at once */
extern const struct page page_desk_none; /* POST: q, region; there was no answer to it; 303 */
/* Small ones for other people's pages; 404 and 410 are shown in the frame. */
extern const struct page page_embed_region;   /* {iso} */
extern const struct page page_embed_guide;    /* {id}, region (optional) */
extern const struct page page_embed_question; /* {number} */
/* page, choice, token, website (must be empty), by POST; 303 to one of the closing pages, 400 */
extern const struct page page_report;
extern const struct page page_report_closing; /* page */
/* page, region, kind, theme, school: builds what a school places */
extern const struct page page_for_schools;
extern const struct page page_oembed; /* url, format, maxwidth, maxheight; 404, 410, 501 */

#endif
