/* The description of the REST API, drawn by the Swagger bundle that Flask-AppBuilder brings. */
(function () {
  "use strict";
  const place = document.getElementById("swagger-ui");
  SwaggerUIBundle({ url: place.dataset.openapi, domNode: place, presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout" });
})();
