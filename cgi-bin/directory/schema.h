/*
 * schema.h: the number of the snapshot's schema (schema.sql): what a publish writes down, and what
 * a program must find to read a snapshot.
 */
#ifndef VHOD_DIRECTORY_SCHEMA_H
#define VHOD_DIRECTORY_SCHEMA_H

/* Raise it when programs of before could not read the new schema. */
#define DIRECTORY_SCHEMA "6"

#endif
