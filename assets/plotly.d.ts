declare const Plotly: any; // served out of the plotly package
export default Plotly;
