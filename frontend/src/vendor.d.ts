// Bootstrap's parts attach themselves to data-bs-* attributes; nothing is taken from them by name.
declare module "bootstrap/js/dist/collapse";
declare module "bootstrap/js/dist/dropdown";
declare module "bootstrap/js/dist/modal";
declare module "bootstrap/js/dist/tab";
