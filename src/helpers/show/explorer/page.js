const data = document.getElementById("explorer-data");
if (data) mount(document.getElementById("explorer"), data.textContent, { address: true });
