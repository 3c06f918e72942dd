/** Stands in for packages that a bundle leaves out. */
export {};
