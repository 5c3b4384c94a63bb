/*
 * ini_report.h: where complaints about an INI file go. What ini.c and ini_scan.c both stand on.
 */
#ifndef VHOD_BASE_INI_REPORT_H
#define VHOD_BASE_INI_REPORT_H

/* Where complaints go. line is 0 where only the file, the section or the key is known; section and
 * key are NULL or "" where they do not apply; message is one English clause that says what to do.
 */
struct ini_report {
    void (*fault)(void *context, const char *file, int line, const char *section, const char *key,
                  const char *message);
    void *context;
};

/* Hands one complaint to report, or to the log if report is NULL. */
void ini_fault(const struct ini_report *report, const char *file, int line, const char *section,
               const char *key, const char *message);

#endif
