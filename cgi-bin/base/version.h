/*
 * version.h: the version of vhod, the only place that says it: --version of every program prints
 * it, and packages are made from this line.
 */
#ifndef VHOD_BASE_VERSION_H
#define VHOD_BASE_VERSION_H

#define VHOD_VERSION "1.0.0"

#endif
