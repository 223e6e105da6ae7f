/* Written by `python -m gcrm.common.catalogues`. */
(globalThis.gcrmTexts ??= {}).de = {
 "customer": [
  "Kunde",
  "Kunden"
 ],
 "person": [
  "Person",
  "Personen"
 ],
 "prospect": [
  "Interessent",
  "Interessenten"
 ]
};
