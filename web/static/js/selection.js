// « Sélectionner » changes its card and the count in place: one listener for all cards, so that a new
// list costs htmx nothing for them. Without htmx, or in a browser that does not tell which button it
// was, the form leads to the page of the selection.
document.addEventListener("submit", (event) => {
  const form = event.target.closest(".choose");
  if (form && event.submitter && window.htmx) {
    event.preventDefault();
    const { name, value } = event.submitter;
    window.htmx.ajax("post", form.action, { source: form, target: form, swap: "outerHTML", values: { [name]: value } });
  }
});
